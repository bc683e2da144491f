#include "core/prefix_options.hpp"

#include "core/failure.hpp"

namespace migrate::core {

const char* word_of(Isolation isolation) noexcept {
    switch (isolation) {
    case Isolation::error:
        return "error";
    case Isolation::warn:
        return "warn";
    case Isolation::off:
        break;
    }
    return "off";
}

Isolation parse_isolation(std::string_view word) {
    for (const Isolation isolation : {Isolation::error, Isolation::warn, Isolation::off}) {
        if (word == word_of(isolation)) {
            return isolation;
        }
    }
    throw Failure(FailureCode::invalid_argument, "unrecognized isolation " + in_quotes(word), {},
                  "Isolation is \"error\", \"warn\" or \"off\".");
}

const char* word_of(Snapshots snapshots) noexcept {
    switch (snapshots) {
    case Snapshots::after_run:
        return "run";
    case Snapshots::after_revision:
        return "revision";
    case Snapshots::off:
        break;
    }
    return "off";
}

Snapshots parse_snapshots(std::string_view word) {
    for (const Snapshots snapshots :
         {Snapshots::after_run, Snapshots::after_revision, Snapshots::off}) {
        if (word == word_of(snapshots)) {
            return snapshots;
        }
    }
    throw Failure(FailureCode::invalid_argument, "unrecognized snapshots " + in_quotes(word), {},
                  "Snapshots are \"run\", \"revision\" or \"off\".");
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
