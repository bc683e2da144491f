// diesel: a directory per migration, 2024-01-15-143000_title/, which holds up.sql, perhaps
// down.sql, and perhaps metadata.toml.
#include "core/text.hpp"
#include "files/reader.hpp"

#include "core/failure.hpp"

#include <algorithm>

namespace migrate::files {

namespace {

struct Migration {
    const SourceFile* up = nullptr;
    const SourceFile* down = nullptr;
    const SourceFile* metadata = nullptr;
};

/// What stands before the first underscore, without dashes: diesel's own rule.
std::string version_of(std::string_view folder) {
    std::string result(folder.substr(0, folder.find('_')));
    result.erase(std::remove(result.begin(), result.end(), '-'), result.end());
    return result;
}

/// The value of run_in_transaction in a metadata.toml; none where it is not set.
std::optional<bool> run_in_transaction(const SourceFile& file) {
    std::optional<bool> result;
    for (LineReader reader(text_of(file)); reader.next();) {
        const std::string_view line = reader.line().text;
        const std::string_view setting = trimmed(line.substr(0, line.find('#')));
        const std::size_t equals = setting.find('=');
        if (equals != std::string_view::npos &&
            trimmed(setting.substr(0, equals)) == "run_in_transaction") {
            result = parse_switch(file.path, reader.line().number, "run_in_transaction",
                                  trimmed(setting.substr(equals + 1)));
        }
    }
    return result;
}

SourceRevision revision_of(const std::string& folder, const Migration& migration) {
    const SourceFile* any = migration.down != nullptr ? migration.down : migration.metadata;
    if (migration.up == nullptr) {
        throw SourceError(any->path, 0, "migration has no up.sql", {},
                          "Add " + folder + "/up.sql, or remove the directory.");
    }
    SourceRevision result;
    result.revision.id = version_of(folder);
    const std::size_t underscore = folder.find('_');
    result.message = underscore == std::string::npos ? "" : title_of(folder.substr(underscore));
    result.up = whole_of(*migration.up);
    if (migration.down != nullptr) {
        result.down = whole_of(*migration.down);
    }
    if (migration.metadata != nullptr) {
        result.up_transactional = run_in_transaction(*migration.metadata);
        if (result.down) {
            result.down_transactional = result.up_transactional;
        }
    }
    return result;
}

/// Where the migration keeps a file of this name; null for a name that is none of diesel's.
const SourceFile** place_in(Migration& migration, std::string_view name) {
    if (name == "up.sql") {
        return &migration.up;
    }
    if (name == "down.sql") {
        return &migration.down;
    }
    return name == "metadata.toml" ? &migration.metadata : nullptr;
}

} // namespace

bool is_diesel_name(std::string_view path) {
    const std::string_view folder = folder_of(path);
    const std::string_view name = base_name(path);
    return !folder.empty() && is_digit(folder.front()) &&
           folder.find('/') == std::string_view::npos && (name == "up.sql" || name == "down.sql");
}

Sources read_diesel(const SourceFiles& files) {
    std::map<std::string, Migration> migrations;
    Sources result;
    for (const SourceFile* file : files) {
        const std::string folder(folder_of(file->path));
        const std::string_view name = base_name(file->path);
        if (folder.find('/') != std::string::npos || folder.starts_with(".")) {
            continue;
        }
        if (folder.empty()) {
            if (is_sql(file->path)) {
                result.notices.push_back(left_out(file->path, Layout::diesel));
            }
            continue;
        }
        Migration probe;
        if (place_in(probe, name) != nullptr) {
            *place_in(migrations[folder], name) = file;
        } else if (place_in(probe, core::lower_case(name)) != nullptr) {
            throw SourceError(file->path, 0, "diesel does not read a file of this name", {},
                              "Name it " + core::lower_case(name) + ".");
        } else if (is_sql(file->path)) {
            result.notices.push_back(left_out(file->path, Layout::diesel));
        }
    }
    for (const auto& [folder, migration] : migrations) {
        result.revisions.push_back(revision_of(folder, migration));
    }
    // As diesel does: by the version as a text.
    std::stable_sort(result.revisions.begin(), result.revisions.end(),
                     [](const SourceRevision& left, const SourceRevision& right) {
                         return left.revision.id < right.revision.id;
                     });
    link_in_row(result.revisions);
    return result;
}

} // namespace migrate::files

#include "core/no_postgres.hpp"
