#pragma once

#include <string>

#include "harness/run/session.hpp"
#include "harness/run/survey.hpp"
#include "harness/target/profile.hpp"
#include "harness/wire/secrets.hpp"
#include "reports/record.hpp"

namespace popquiz::run {

/// Keeps the accounts' passwords and tokens out of what is told of a run. A server may repeat a password in
/// any reply, so that it comes into findings and reasons as well as into transcripts.
class Redaction {
  public:
    explicit Redaction(const target::Profile& profile);

    [[nodiscard]] const wire::Secrets& secrets() const { return secrets_; }
    void hide(std::string& text) const { text = secrets_.hide(text); }
    void hide(reports::Finding& finding) const;
    void hide(reports::Result& result) const;
    void hide(Survey& survey) const;

  private:
    wire::Secrets secrets_;
};

}  // namespace popquiz::run
