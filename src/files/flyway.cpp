// Flyway: V1.2__title.sql, perhaps U1.2__title.sql to undo it, and settings of one script
// in V1.2__title.sql.conf.  Directories below are read as well, as Flyway does.
#include "core/text.hpp"
#include "files/reader.hpp"

#include "core/failure.hpp"

#include <algorithm>
#include <array>

namespace migrate::files {

namespace {

constexpr std::string_view end_of_script = ".sql";
constexpr std::string_view end_of_settings = ".sql.conf";

/// A name in its parts: V, 1.2 and title; the version is empty for a repeatable one.
struct Name {
    char kind;
    std::string version;
    std::string_view title;
};

bool is_version(std::string_view text) {
    bool follows_digit = false;
    for (const char c : text) {
        if (!is_digit(c) && !((c == '.' || c == '_') && follows_digit)) {
            return false;
        }
        follows_digit = is_digit(c);
    }
    return follows_digit;
}

std::optional<Name> parse_name(std::string_view path) {
    std::string_view name = base_name(path);
    if (!name.ends_with(end_of_script)) {
        return std::nullopt;
    }
    name.remove_suffix(end_of_script.size());
    const std::size_t separator = name.find("__");
    if (separator == std::string_view::npos || name.empty()) {
        return std::nullopt;
    }
    Name result{name.front(), std::string(name.substr(1, separator - 1)),
                name.substr(separator + 2)};
    if (separator == 0 || result.title.empty()) {
        return std::nullopt;
    }
    if (result.kind == 'R') {
        return result.version.empty() ? std::optional(result) : std::nullopt;
    }
    if ((result.kind != 'V' && result.kind != 'U' && result.kind != 'B') ||
        !is_version(result.version)) {
        return std::nullopt;
    }
    std::replace(result.version.begin(), result.version.end(), '_', '.');
    return result;
}

/// The first number of `version`, which loses it and the dot behind it; 0 when it is empty.
std::string_view take_number(std::string_view& version) {
    const std::size_t dot = std::min(version.find('.'), version.size());
    const std::string_view number = version.substr(0, dot);
    version.remove_prefix(std::min(dot + 1, version.size()));
    return number.empty() ? "0" : number;
}

/// By the numbers, so that 1.10 comes after 1.9, and 1 is 1.0.
struct VersionOrder {
    bool operator()(std::string_view left, std::string_view right) const {
        while (!left.empty() || !right.empty()) {
            const int order = compare_numbers(take_number(left), take_number(right));
            if (order != 0) {
                return order < 0;
            }
        }
        return false;
    }
};

struct Settings {
    std::optional<bool> execute_in_transaction;
    bool replaces_placeholders = true;
};

Settings read_settings(const SourceFile& file) {
    Settings result;
    for (LineReader reader(text_of(file)); reader.next();) {
        const int number = reader.line().number;
        const std::string_view line = trimmed(reader.line().text);
        const std::size_t equals = line.find('=');
        if (line.empty() || line.front() == '#' || equals == std::string_view::npos) {
            continue;
        }
        std::string_view name = trimmed(line.substr(0, equals));
        name = after(name, "flyway.").value_or(name);
        const std::string value = core::lower_case(trimmed(line.substr(equals + 1)));
        if (name == "executeInTransaction") {
            result.execute_in_transaction = parse_switch(file.path, number, name, value);
        } else if (name == "placeholderReplacement") {
            result.replaces_placeholders = parse_switch(file.path, number, name, value);
        } else if (name == "shouldExecute" && value != "true") {
            throw SourceError(file.path, number, "conditional migrations are not supported", {},
                              "Remove the setting shouldExecute, or the migration.");
        } else if (name == "encoding" && value != "utf-8" && value != "utf8") {
            throw SourceError(file.path, number, "migration is not in UTF-8", {},
                              "Save it in UTF-8, and remove the setting encoding.");
        }
    }
    return result;
}

void refuse_placeholders(const SourceFile& file) {
    for (LineReader reader(text_of(file)); reader.next();) {
        const std::string_view line = reader.line().text;
        const std::size_t begin = line.find("${");
        const std::size_t end = begin == std::string_view::npos ? begin : line.find('}', begin);
        if (end != std::string_view::npos) {
            throw SourceError(file.path, reader.line().number,
                              "placeholder " +
                                  core::in_quotes(line.substr(begin, end + 1 - begin)) +
                                  " has no value here",
                              {},
                              "Write the value into the text; if it is no placeholder, write "
                              "placeholderReplacement=false into " +
                                  std::string(base_name(file.path)) + ".conf.");
        }
    }
}

class DirectoryReader {
  public:
    Sources read(const SourceFiles& files) {
        for (const SourceFile* file : files) {
            take(*file);
        }
        Sources result;
        result.notices = std::move(notices_);
        for (const auto& [version, file] : baselines_) {
            check_baseline(version, *file);
            result.notices.push_back(
                {file->path, "baseline is left out, since the migrations up to it are there"});
        }
        for (const auto& [version, file] : undo_) {
            if (!versioned_.contains(version)) {
                throw SourceError(file->path, 0, "there is no migration V" + version + " to undo",
                                  {}, "Add it, or remove this file.");
            }
        }
        for (const auto& [version, file] : versioned_) {
            result.revisions.push_back(revision_of(version, *file));
        }
        link_in_row(result.revisions);
        return result;
    }

  private:
    using Scripts = std::map<std::string, const SourceFile*, VersionOrder>;

    void take(const SourceFile& file) {
        if (file.path.ends_with(end_of_settings)) {
            settings_.emplace(file.path.substr(0, file.path.size() - 5), read_settings(file));
            return;
        }
        const auto name = parse_name(file.path);
        if (!name) {
            take_other(file);
            return;
        }
        if (name->kind == 'R') {
            throw SourceError(file.path, 0, "repeatable migrations are not supported",
                              "A revision runs once, and its text stays as it was.",
                              "Write what changes as a new versioned migration, or move the file "
                              "out of the directory and run it with psql after the upgrade.");
        }
        Scripts& scripts =
            name->kind == 'V' ? versioned_ : (name->kind == 'U' ? undo_ : baselines_);
        const auto [place, is_new] = scripts.emplace(name->version, &file);
        if (!is_new) {
            throw SourceError(file.path, 0, "version " + name->version + " exists twice",
                              "The other file is " + place->second->path + ".",
                              "Give one of them another version.");
        }
    }

    void take_other(const SourceFile& file) {
        static constexpr std::array<std::string_view, 3> sources = {".java", ".kt", ".class"};
        const std::string name(base_name(file.path));
        const bool is_kind = name.find_first_of("VvUu") == 0 && name.size() > 1;
        if (is_kind && is_digit(name[1])) {
            if (is_sql(name)) {
                throw SourceError(file.path, 0, "file is not named as a migration of Flyway", {},
                                  "Name it V1.2__title.sql, with two underscores, or "
                                  "U1.2__title.sql for its undo script.");
            }
            for (const std::string_view end : sources) {
                if (name.ends_with(end)) {
                    throw SourceError(file.path, 0, "migration is not written in SQL", {},
                                      "Write it in SQL; the server cannot run Java.");
                }
            }
        } else if (is_sql(name)) {
            const bool is_callback = name.starts_with("before") || name.starts_with("after");
            notices_.push_back(is_callback
                                   ? SourceNotice{file.path, "callback of Flyway is left out"}
                                   : left_out(file.path, Layout::flyway));
        }
    }

    /// A baseline stands for all migrations up to its version; they must be there.
    void check_baseline(const std::string& version, const SourceFile& file) const {
        if (versioned_.empty() || VersionOrder()(version, versioned_.begin()->first)) {
            throw SourceError(file.path, 0, "baseline stands for migrations that are not there", {},
                              "To begin the history with it, name it V instead of B, and stamp "
                              "databases that have it already.");
        }
    }

    SourceText text_of_script(const SourceFile& file, std::optional<bool>& transactional) const {
        const auto found = settings_.find(file.path);
        const Settings settings = found == settings_.end() ? Settings() : found->second;
        if (settings.replaces_placeholders) {
            refuse_placeholders(file);
        }
        transactional = settings.execute_in_transaction;
        return whole_of(file);
    }

    SourceRevision revision_of(const std::string& version, const SourceFile& file) const {
        SourceRevision result;
        result.revision.id = version;
        result.message = title_of(parse_name(file.path)->title);
        result.up = text_of_script(file, result.up_transactional);
        const auto undo = undo_.find(version);
        if (undo != undo_.end()) {
            result.down = text_of_script(*undo->second, result.down_transactional);
        }
        return result;
    }

    Scripts versioned_;
    Scripts undo_;
    Scripts baselines_;
    std::map<std::string, Settings> settings_; ///< by the script's path
    std::vector<SourceNotice> notices_;
};

} // namespace

bool is_flyway_name(std::string_view path) {
    return parse_name(path).has_value();
}

Sources read_flyway(const SourceFiles& files) {
    return DirectoryReader().read(files);
}

} // namespace migrate::files

#include "core/no_postgres.hpp"
