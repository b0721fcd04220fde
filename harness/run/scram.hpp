#pragma once

#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "harness/run/sasl.hpp"

namespace popquiz::run {

/// A server that asks for more rounds is not followed: they would cost us minutes.
inline constexpr int most_scram_iterations = 1'000'000;

/// What SCRAM (RFC 5802 section 3) computes of a password and an AuthMessage: client-first-message-bare,
/// server-first-message and client-final-message-without-proof with commas between them, from which salt
/// and iteration count are read.
struct ScramAnswers {
    std::string proof;      ///< ClientProof, in base64: what stands behind `p=`
    std::string signature;  ///< ServerSignature, in base64: what stands behind `v=`
};

/// `mechanism` is SCRAM-SHA-1 or SCRAM-SHA-256, also with -PLUS. An error for any other, for a message
/// without a salt in base64 or a sensible iteration count, and for a password that SASLprep forbids.
boost::system::result<ScramAnswers, SaslError> scram_answers(std::string_view mechanism,
                                                             const std::string& password,
                                                             std::string_view auth_message);

}  // namespace popquiz::run
