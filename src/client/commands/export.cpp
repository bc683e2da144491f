#include "client/commands/export.hpp"

#include "client/commands/directory.hpp"
#include "client/output/json.hpp"
#include "client/server/statements.hpp"
#include "core/failure.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <system_error>

namespace migrate::client {

namespace {

namespace fs = std::filesystem;

ClientError in_directory(const files::SourceError& error, const std::string& directory) {
    std::string place = path_in(directory, error.path());
    if (error.line() > 0) {
        place += ":" + std::to_string(error.line());
    }
    return ClientError(error.message(), error.detail(), error.hint()).at(std::move(place));
}

bool is_same(const files::SourceRevision& left, const files::SourceRevision& right) {
    const auto text = [](const std::optional<files::SourceText>& source) {
        return source ? std::optional(source->text) : std::nullopt;
    };
    return left.revision.id == right.revision.id &&
           left.revision.down_revision == right.revision.down_revision &&
           left.revision.depends_on == right.revision.depends_on &&
           left.revision.branch_labels == right.revision.branch_labels &&
           left.message == right.message && left.up.text == right.up.text &&
           text(left.down) == text(right.down);
}

/// What the directory has already.
class Present {
  public:
    explicit Present(const std::string& directory) {
        if (!fs::exists(directory)) {
            return;
        }
        const std::vector<files::SourceFile> files = read_files(directory);
        for (const files::SourceFile& file : files) {
            paths_.insert(file.path);
        }
        if (!holds_native(directory, files)) {
            return;
        }
        try {
            for (files::SourceRevision& revision :
                 files::read_sources(files::Layout::native, files).revisions) {
                std::string id = revision.revision.id;
                revisions_.emplace(std::move(id), std::move(revision));
            }
        } catch (const files::SourceError& error) {
            throw in_directory(error, directory);
        }
    }

    const files::SourceRevision* find(const std::string& id) const {
        const auto found = revisions_.find(id);
        return found == revisions_.end() ? nullptr : &found->second;
    }

    /// Whether the path was free; it is not any more.
    bool take(const std::string& path) { return paths_.insert(path).second; }

  private:
    static bool holds_native(const std::string& directory,
                             const std::vector<files::SourceFile>& files) {
        std::optional<files::Layout> layout;
        try {
            layout = files::detect_layout(files);
        } catch (const files::SourceError&) {
            return false; // no migrations, or none that we would disturb
        }
        if (*layout != files::Layout::native) {
            throw ClientError("directory holds migrations of " +
                                  std::string(files::layout_name(*layout)),
                              "Native files beside them would make the directory unreadable.",
                              "Choose another directory.")
                .at(directory);
        }
        return true;
    }

    std::set<std::string> paths_;
    std::map<std::string, files::SourceRevision> revisions_;
};

struct CloseFile {
    void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};

void write_file(const std::string& path, const std::string& text) {
    const auto fail = [&path] {
        throw ClientError(std::string("could not write it: ") + std::strerror(errno)).at(path);
    };
    // x: fails where the file has come into being meanwhile.
    std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "wbx"));
    if (!file || std::fwrite(text.data(), 1, text.size(), file.get()) != text.size() ||
        std::fclose(file.release()) != 0) {
        fail();
    }
}

std::vector<std::string> texts_of(const Json& row, const char* key) {
    const auto member = row.find(key);
    return member == row.end() || member->is_null() ? std::vector<std::string>()
                                                    : member->get<std::vector<std::string>>();
}

/// Only what differs from the rule is worth an option on the marker.
std::optional<bool> declared(const Json& row, const char* key) {
    const auto member = row.find(key);
    return member != row.end() && member->is_boolean() && !member->get<bool>()
               ? std::optional(false)
               : std::nullopt;
}

DatedRevision revision_of(const Json& row) {
    DatedRevision result;
    files::SourceRevision& source = result.revision;
    source.revision.id = member_text(row, "revision");
    source.revision.down_revision = texts_of(row, "down_revision");
    source.revision.depends_on = texts_of(row, "depends_on");
    source.revision.branch_labels = texts_of(row, "branch_labels");
    source.message = member_text(row, "message");
    source.up.text = member_text(row, "up");
    if (const auto down = row.find("down"); down != row.end() && down->is_string()) {
        source.down = files::SourceText{down->get<std::string>(), "", 1};
    }
    source.up_transactional = declared(row, "up_transactional");
    source.down_transactional = declared(row, "down_transactional");
    result.time =
        files::parse_file_time(member_text(row, "registered_at")).value_or(files::FileTime());
    return result;
}

} // namespace

std::vector<WrittenFile> write_native_files(const std::string& directory,
                                            std::span<const DatedRevision> revisions,
                                            bool dry_run) {
    Present present(directory);
    std::vector<WrittenFile> result;
    std::vector<std::string> texts;
    for (const DatedRevision& dated : revisions) {
        const std::string& id = dated.revision.revision.id;
        try {
            texts.push_back(files::native_file_text(dated.revision));
        } catch (const core::Failure& failure) {
            throw ClientError(failure.message(), failure.detail(), failure.hint());
        }
        const files::SourceRevision* former = present.find(id);
        const std::string path = former != nullptr
                                     ? former->up.path
                                     : files::native_file_name(dated.revision, dated.time);
        result.push_back({path_in(directory, path), id, former == nullptr});
        if (former != nullptr && !is_same(*former, dated.revision)) {
            throw ClientError("file holds another text of revision " + core::in_quotes(id), {},
                              "Remove it, or choose another directory.")
                .at(result.back().path);
        }
        if (former == nullptr && !present.take(path)) {
            throw ClientError("revision " + core::in_quotes(id) + " needs a file of this name",
                              "The name is taken.", "Choose another directory.")
                .at(result.back().path);
        }
    }
    if (dry_run) {
        return result;
    }
    std::error_code error;
    fs::create_directories(directory, error);
    if (error) {
        throw ClientError("could not make the directory: " + error.message()).at(directory);
    }
    for (std::size_t i = 0; i < result.size(); ++i) {
        if (result[i].is_new) {
            write_file(result[i].path, texts[i]);
        }
    }
    return result;
}

void tell_written(std::span<const WrittenFile> files, const Options& options,
                  const Output& output) {
    std::vector<Json> rows;
    std::size_t count = 0;
    for (const WrittenFile& file : files) {
        count += file.is_new ? 1 : 0;
        rows.push_back({{"revision", file.revision},
                        {"path", file.path},
                        {"result", file.is_new ? "written" : "unchanged"}});
        if (options.verbose) {
            output.tell((file.is_new ? "written    " : "unchanged  ") + file.path);
        }
    }
    if (output.wants_json()) {
        output.print(json_text(rows));
    }
    const std::size_t unchanged = files.size() - count;
    output.tell(counted(count, "file") + (options.dry_run ? " would be written" : " written") +
                (unchanged > 0 ? ", " + std::to_string(unchanged) + " unchanged" : ""));
}

ExitStatus export_files(Session& session, const Options& options, const Output& output) {
    const std::vector<Parameter> parameters = {options.prefix};
    session.run(statements::current, parameters); // an error where the prefix is unknown
    std::vector<DatedRevision> revisions;
    for (const Json& row : json_rows(session.run(statements::all_with_texts, parameters))) {
        revisions.push_back(revision_of(row));
    }
    const std::string directory = options.directory.value_or("migrations");
    tell_written(write_native_files(directory, revisions, options.dry_run), options, output);
    return ExitStatus::done;
}

} // namespace migrate::client
