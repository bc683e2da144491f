// What a run tells of itself while it runs: NOTICEs for the client, and the application
// name, which every other session can see at once.
#pragma once

#include "pg/entry/module.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace migrate::engine {

class Progress {
  public:
    /// What the setting "auto" means: a deploy tells of its revisions, others tell nothing.
    enum class Default { quiet, revisions };
    /// `total` revisions are to be run.
    Progress(std::size_t total, Default automatic);

    void revision_begins(const std::string& id, std::string_view message);
    void revision_ended(std::int64_t microseconds) const;
    /// Statement `number` (from 1) of the text of the revision, such as `CREATE INDEX`.
    void statement_begins(int number, std::string_view command) const;
    void statement_ended(int number, std::string_view command, std::int64_t microseconds) const;

    /// `migrate: [3/40] 0003 add orders`, to be the application name while the text runs.
    const std::string& application_name() const { return application_name_; }

    /// SQLSTATEs by which programs tell the NOTICEs apart.
    static constexpr std::string_view revision_begins_code = "MGP01";
    static constexpr std::string_view revision_ended_code = "MGP02";
    static constexpr std::string_view statement_begins_code = "MGP03";
    static constexpr std::string_view statement_ended_code = "MGP04";

  private:
    std::string statement_text(int number, std::string_view command) const;

    pg::ProgressMode mode_;
    std::size_t total_;
    std::size_t number_ = 0;
    std::string position_;
    std::string id_;
    std::string title_; // id and message
    std::string application_name_;
};

/// `34 ms`, `1.8 s`, `12 min 5 s`.
std::string duration_text(std::int64_t microseconds);

} // namespace migrate::engine
