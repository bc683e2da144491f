// golang-migrate: 1_title.up.sql and 1_title.down.sql, the version a number.
#include "core/text.hpp"
#include "files/reader.hpp"

#include "core/failure.hpp"

#include <algorithm>

namespace migrate::files {

namespace {

constexpr std::string_view up_end = ".up.sql";
constexpr std::string_view down_end = ".down.sql";

/// A version's two files; `up` may be missing until all files were seen.
struct Migration {
    std::string_view version; ///< the digits as written
    const SourceFile* up = nullptr;
    const SourceFile* down = nullptr;

    const SourceFile& any() const { return up != nullptr ? *up : *down; }
};

std::string_view version_of(std::string_view path) {
    return path.substr(0, leading_digits(path));
}

/// What is wrong with the name of an SQL file that begins with a digit.
[[noreturn]] void fail_misnamed(const std::string& path) {
    const std::string lower = core::lower_case(path);
    if (lower != path && is_golang_name(lower)) {
        throw SourceError(path, 0, "name of the migration does not end in .up.sql or .down.sql",
                          "golang-migrate does not read other spellings.",
                          "Write the end of the name in lower case.");
    }
    throw SourceError(path, 0, "file is not named as a migration of golang-migrate", {},
                      "Name it VERSION_TITLE.up.sql or VERSION_TITLE.down.sql.");
}

void add(Migration& migration, const SourceFile& file) {
    const bool is_up = file.path.ends_with(up_end);
    const SourceFile*& place = is_up ? migration.up : migration.down;
    if (place != nullptr) {
        throw SourceError(
            file.path, 0, "version " + std::string(version_of(file.path)) + " exists twice",
            "The other file is " + place->path + ".", "Give one of them another version.");
    }
    place = &file;
}

SourceRevision revision_of(const Migration& migration) {
    if (migration.up == nullptr) {
        throw SourceError(migration.down->path, 0, "migration has no .up.sql file", {},
                          "Add the file, which may be empty, or remove this one.");
    }
    const std::string_view name = migration.up->path;
    SourceRevision result;
    result.revision.id = version_of(name);
    const std::size_t begin = result.revision.id.size() + 1;
    result.message = title_of(name.substr(begin, name.size() - up_end.size() - begin));
    result.up = whole_of(*migration.up);
    if (migration.down != nullptr) {
        result.down = whole_of(*migration.down);
    }
    return result;
}

} // namespace

bool is_golang_name(std::string_view path) {
    const std::size_t digits = leading_digits(path);
    return digits > 0 && path.find('/') == std::string_view::npos && digits < path.size() &&
           path[digits] == '_' &&
           (path.substr(digits).ends_with(up_end) || path.substr(digits).ends_with(down_end));
}

Sources read_golang_migrate(const SourceFiles& files) {
    const auto is_lower = [](std::string_view left, std::string_view right) {
        return compare_numbers(left, right) < 0;
    };
    std::map<std::string_view, Migration, decltype(is_lower)> migrations(is_lower);
    Sources result;
    for (const SourceFile* file : files) {
        if (is_golang_name(file->path)) {
            add(migrations[version_of(file->path)], *file);
        } else if (is_sql(file->path) && folder_of(file->path).empty()) {
            if (is_digit(file->path.front())) {
                fail_misnamed(file->path);
            }
            result.notices.push_back(left_out(file->path, Layout::golang_migrate));
        }
    }
    for (const auto& [version, migration] : migrations) {
        result.revisions.push_back(revision_of(migration));
    }
    link_in_row(result.revisions);
    return result;
}

} // namespace migrate::files

#include "core/no_postgres.hpp"
