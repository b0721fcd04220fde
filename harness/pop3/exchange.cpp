#include "harness/pop3/exchange.hpp"

#include <algorithm>

namespace popquiz::pop3 {
namespace {

std::vector<BodySink*> sinks(BodyKeeper& keeper, BodyDigest& digest, const ReplyRecorder::Options& options) {
    std::vector<BodySink*> all{&keeper};
    if (options.digest) all.push_back(&digest);
    if (options.also != nullptr) all.push_back(options.also);
    return all;
}

}  // namespace

const Fault* Reply::fault(FaultKind kind) const {
    const auto found =
        std::find_if(faults.begin(), faults.end(), [kind](const Fault& fault) { return fault.kind == kind; });
    return found == faults.end() ? nullptr : &*found;
}

ReplyRecorder::ReplyRecorder(ReplyForm form, Options options)
    : keeper_(options.body_kept),
      digested_(options.digest),
      tee_(sinks(keeper_, digest_, options)),
      reader_(form, tee_, options.limits) {}

Reply ReplyRecorder::take() {
    Reply reply;
    reply.status = reader_.status();
    reply.has_body = reader_.has_body();
    reply.body_size = reader_.body_size();
    if (digested_ && reader_.has_body()) reply.body_digest = digest_.digest();
    reply.body_kept = reader_.has_body() && !keeper_.truncated();
    reply.body = keeper_.take();
    reply.faults = reader_.faults();
    reply.size = reader_.size();
    reply.complete = reader_.complete();
    if (!reply.complete) reply.stall = reader_.describe_stall();
    return reply;
}

}  // namespace popquiz::pop3
