#include "reference_server/session/exchange.hpp"

#include "reference_server/session/bearer_exchange.hpp"
#include "reference_server/session/gsasl_exchange.hpp"

namespace popquizd::session {

std::unique_ptr<Exchange> make_exchange(const Mechanism& mechanism, const Circumstances& circumstances) {
    if (mechanism.needs == Mechanism::Needs::token) {
        return std::make_unique<BearerExchange>(mechanism, circumstances.accounts);
    }
    return std::make_unique<GsaslExchange>(mechanism, circumstances);
}

}  // namespace popquizd::session
