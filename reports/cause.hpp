#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "reports/record.hpp"

namespace popquiz::reports {

/// The catalogue of a record, by id. Refers to the record, which must outlive it.
class Catalogue {
  public:
    explicit Catalogue(const Record& record);
    Catalogue(Record&&) = delete;
    /// Null for an id that the catalogue does not have.
    [[nodiscard]] const Requirement* find(std::string_view id) const;

  private:
    std::map<std::string_view, const Requirement*> by_id_;
};

/// Place in "the most serious first": 0 for fail.
[[nodiscard]] int rank(Verdict verdict);

/// One thing that is wrong with the server, wherever it was seen: the findings of one requirement (and check)
/// that say the same. Refers to the record, which must outlive it.
struct Cause {
    Verdict verdict = Verdict::fail;           ///< the most serious that it led to: fail, warn, known, ...
    const Requirement* requirement = nullptr;  ///< null when the catalogue does not have it
    const Finding* finding = nullptr;          ///< as it was seen first
    std::string reason;                        ///< of a listed deviation
    std::vector<std::string_view> seen;        ///< ids of the scenarios, in the order of the record
    std::string rerun;       ///< the command that plays the first of them again; empty where there is none
    std::string_view title;  ///< what the first of them is about; empty where an always-on check saw it
};

/// All causes, the most serious first: failures before warnings before listed deviations, MUST before SHOULD;
/// among equals those seen more often, then in the order of the catalogue.
[[nodiscard]] std::vector<Cause> causes(const Record& record);

/// Causes that most likely have one root, the most serious first: what likely_cause() says of them is the
/// same; or the same step of a scenario is not met, in this row of its table or in that; or the same came,
/// and the same is wrong with it or the same requirement is not met by it; or they are about one requirement,
/// and an always-on check is among those that found something. What is known is apart.
[[nodiscard]] std::vector<std::vector<Cause>> grouped(std::vector<Cause> causes);

/// A row of the table by RFC and section. Each result counts once, under the first of its requirements.
struct Section {
    std::string rfc;  ///< empty where the catalogue does not say
    std::string section;
    Totals totals;
    /// `RFC 1939 section 5`, or `elsewhere`.
    [[nodiscard]] std::string title() const;
};

/// In the order of RFCs and sections, by number.
[[nodiscard]] std::vector<Section> sections(const Record& record);

/// `RFC 1939 section 5`, or `no RFC`.
[[nodiscard]] std::string reference(const Requirement& requirement);

/// `MUST`, or `MUST, as we read it`: who is accused has to know what the RFC says and what we read into it.
[[nodiscard]] std::string level_in_words(const Requirement& requirement);
/// The same, and whether the finding weighs less than that.
[[nodiscard]] std::string level_in_words(const Cause& cause);

/// Whether section `a` comes before `b`: `4` before `4.2` before `10` before `A`.
[[nodiscard]] bool section_before(std::string_view a, std::string_view b);

/// Results of the same verdict for the same reason, in the order of the record.
struct Reason {
    std::string_view text;
    std::vector<const Result*> results;
};
[[nodiscard]] std::vector<Reason> reasons(const Record& record, Verdict verdict);

/// What the run came to, in one sentence.
[[nodiscard]] std::string conclusion(const Record& record);

}  // namespace popquiz::reports
