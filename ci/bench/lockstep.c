#include "ci/bench/lockstep.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { end_size = 5 };

int lockstep_connect(uint16_t port) {
    const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made < 0) return -1;
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(made, (const struct sockaddr*)&address, sizeof address) != 0) {
        close(made);
        return -1;
    }
    return made;
}

/* In lock-step nothing follows a reply: it has ended when its last octets have come. */
static int64_t receive(int socket, const char* end, size_t size) {
    static _Thread_local char octets[end_size + 64 * 1024];
    size_t kept = 0; /* octets of the pieces before, in front of the next one */
    int64_t all = 0;
    for (;;) {
        const ssize_t count = recv(socket, octets + kept, sizeof octets - end_size, 0);
        if (count <= 0) return -1;
        if (all == 0 && octets[0] != '+') return -1;
        all += count;
        const size_t have = kept + (size_t)count;
        if (have >= size && memcmp(octets + have - size, end, size) == 0) return all;
        kept = have < end_size ? have : end_size;
        memmove(octets, octets + have - kept, kept);
    }
}

int64_t lockstep_line(int socket) {
    return receive(socket, "\n", 1);
}

int64_t lockstep_exchange(int socket, const char* command, size_t size, int multi_line) {
    if (send(socket, command, size, MSG_NOSIGNAL) != (ssize_t)size) return -1;
    return multi_line ? receive(socket, "\r\n.\r\n", end_size) : lockstep_line(socket);
}

void lockstep_close(int socket) {
    close(socket);
}
