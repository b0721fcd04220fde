#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The least that a POP3 client can do: it sends a command, and receives until the reply has ended. It looks
   at nothing but the first octet and the end, and keeps nothing. popquiz is measured against it. */

/* Connects to 127.0.0.1 and returns a blocking socket, or -1. */
int lockstep_connect(uint16_t port);

/* Receives a reply of one line. Returns its octets; -1 when the connection broke or the reply is not
 * positive. */
int64_t lockstep_line(int socket);

/* Sends `size` octets of a command, and receives its reply: one line, or, if `multi_line`, all up to the line
   with the dot. Returns the reply's octets; -1 when the connection broke or the reply is not positive. */
int64_t lockstep_exchange(int socket, const char* command, size_t size, int multi_line);

void lockstep_close(int socket);

#ifdef __cplusplus
}
#endif
