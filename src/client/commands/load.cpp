#include "client/commands/load.hpp"

#include "client/output/diff.hpp"
#include "client/output/json.hpp"
#include "client/server/statements.hpp"
#include "core/sql/calls.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

namespace migrate::client {

namespace {

const std::string& file_of(const files::SourceRevision& source) {
    return source.up.path;
}

std::vector<Parameter> register_parameters(const files::SourceRevision& source,
                                           const std::optional<std::string>& prefix) {
    return {source.revision.id,
            source.up.text,
            source.down ? Parameter(source.down->text) : Parameter(),
            source.message,
            core::array_literal(source.revision.down_revision),
            core::array_literal(source.revision.depends_on),
            core::array_literal(source.revision.branch_labels),
            prefix};
}

std::string difference_of_lists(const char* what, const std::string& before,
                                const std::string& after) {
    return before == after ? ""
                           : std::string(what) + ": \"" + before +
                                 "\" was registered, the file says \"" + after + "\"\n";
}

// Of one direction; a missing text is an empty one here, and said in words.
std::string difference_of_texts(const char* direction, const Json& stored,
                                const files::SourceText* text, const Directory& directory,
                                const std::string& id) {
    const Json& before = stored.at(direction);
    if (before.is_null() != (text == nullptr)) {
        return std::string(direction) + ": " +
               (before.is_null() ? "no text was registered, the file has one\n"
                                 : "a text was registered, the file has none\n");
    }
    if (text == nullptr) {
        return {};
    }
    std::string registered = before.get<std::string>();
    std::string in_file = text->text;
    if (!registered.ends_with('\n') && !in_file.ends_with('\n')) {
        // Texts are registered without the line feed that ends them in their files.
        registered += '\n';
        in_file += '\n';
    }
    const std::string name = path_in(directory.path, text->path);
    return unified_diff({"registered " + id + " (" + direction + ")", registered, text->first_line},
                        {name, in_file, text->first_line});
}

std::string differences(Session& session, const Directory& directory,
                        const files::SourceRevision& source,
                        const std::optional<std::string>& prefix) {
    const std::string& id = source.revision.id;
    const std::vector<Json> rows =
        json_rows(session.run(statements::show, std::array<Parameter, 2>{prefix, id}));
    std::string result;
    for (const Json& stored : rows) {
        result += difference_of_lists("message", member_text(stored, "message"), source.message);
        result += difference_of_lists("down_revision", member_list(stored, "down_revision"),
                                      core::joined(source.revision.down_revision));
        result += difference_of_lists("depends_on", member_list(stored, "depends_on"),
                                      core::joined(source.revision.depends_on));
        result += difference_of_lists("branch_labels", member_list(stored, "branch_labels"),
                                      core::joined(source.revision.branch_labels));
        result += difference_of_texts("up", stored, &source.up, directory, id);
        result += difference_of_texts("down", stored, source.down ? &*source.down : nullptr,
                                      directory, id);
    }
    return result;
}

// Which files were changed after they were applied, and how, when the first of them has been
// met: each is tried on its own.
[[noreturn]] void fail_changed(Session& session, const Directory& directory,
                               const std::optional<std::string>& prefix) {
    const std::vector<files::SourceRevision>& sources = directory.sources.revisions;
    std::vector<std::string> paths;
    std::string text;
    for (const files::SourceRevision& source : sources) {
        session.run(statements::savepoint);
        try {
            session.run(statements::register_revision, register_parameters(source, prefix));
        } catch (const ServerError& error) {
            session.run(statements::rollback_to_savepoint);
            if (error.is("MG013")) {
                paths.push_back(path_in(directory.path, file_of(source)));
                text += differences(session, directory, source, prefix);
            }
        }
    }
    const bool one = paths.size() == 1;
    const ClientError error(
        one ? "the file was changed after its revision was applied"
            : counted(paths.size(), "file") + " were changed after their revisions were applied",
        one ? "" : "They are " + core::joined(paths) + ".",
        std::string("Nothing was registered. Take the change back, and make a new "
                    "revision for what it was to do") +
            (one ? "." : "; so for each."));
    throw ChangedFiles(one ? error.at(paths.front()) : error, text);
}

// Registers all of them; which of them failed is told by `failed`.
std::vector<LoadedFile> register_all(Session& session, const Directory& directory,
                                     const std::optional<std::string>& prefix,
                                     std::size_t& failed) {
    const auto& sources = directory.sources.revisions;
    std::vector<LoadedFile> files;
    files.reserve(sources.size());
    session.run_many(
        statements::register_revision, sources.size(),
        [&](std::size_t i) { return register_parameters(sources[i], prefix); },
        [&](std::size_t i, const Result& result) {
            files.push_back({path_in(directory.path, file_of(sources[i])), sources[i].revision.id,
                             std::string(result.text(0, 0))});
        },
        &failed);
    return files;
}

/// What the server found out about the registered texts, against what the files declare.
class TransactionCheck {
  public:
    TransactionCheck(const Places& places, Loaded& loaded) : places_(places), loaded_(loaded) {}

    /// Throws ClientError for a text that declares to run in a transaction and cannot.
    void compare(const files::SourceText& text, const std::optional<bool>& declared,
                 bool is_transactional, bool is_new) {
        if (declared.value_or(false) && !is_transactional) {
            throw ClientError(
                "the file says that this text runs in a transaction, and it cannot",
                "It has a statement that refuses a transaction.",
                "Say transaction:false there, or put that statement into a revision of "
                "its own.")
                .at(places_.place_of(text));
        }
        if (!is_new) {
            return;
        }
        if (declared && !*declared && is_transactional) {
            loaded_.remarks.push_back({places_.place_of(text),
                                       "the file asks for no transaction, but every statement can "
                                       "run in one, and will",
                                       true});
        } else if (!declared && !is_transactional) {
            loaded_.remarks.push_back(
                {places_.place_of(text),
                 "this text refuses a transaction: run it with deploy or revert", false});
        }
    }

  private:
    const Places& places_;
    Loaded& loaded_;
};

// Looks at what is registered now: transactions, and revisions that no file has.
void compare_with_registered(Session& session, const Directory& directory, const Places& places,
                             const std::optional<std::string>& prefix, Loaded& loaded) {
    std::unordered_map<std::string_view, const files::SourceRevision*> sources;
    std::unordered_set<std::string_view> unchanged;
    for (std::size_t i = 0; i < loaded.files.size(); i++) {
        const files::SourceRevision& source = directory.sources.revisions[i];
        sources.emplace(source.revision.id, &source);
        if (loaded.files[i].result == "unchanged") {
            unchanged.insert(source.revision.id);
        }
    }
    TransactionCheck check(places, loaded);
    std::vector<std::string> missing;
    const Result rows = session.run(statements::registered, std::array<Parameter, 1>{prefix});
    for (int i = 0; i < rows.rows(); i++) {
        const auto found = sources.find(rows.text(i, 0));
        if (found == sources.end()) {
            missing.emplace_back(rows.text(i, 0));
            continue;
        }
        const files::SourceRevision& source = *found->second;
        const bool is_new = !unchanged.contains(found->first);
        check.compare(source.up, source.up_transactional, rows.is_true(i, 1), is_new);
        if (source.down) {
            check.compare(*source.down, source.down_transactional, rows.is_true(i, 2), is_new);
        }
    }
    if (!missing.empty()) {
        const std::size_t shown = std::min<std::size_t>(missing.size(), 5);
        const std::vector<std::string> some(missing.begin(),
                                            missing.begin() + static_cast<std::ptrdiff_t>(shown));
        const std::size_t rest = missing.size() - shown;
        loaded.remarks.push_back(
            {"",
             (missing.size() == 1
                  ? std::string("1 registered revision has no file")
                  : counted(missing.size(), "registered revision") + " have no file") +
                 " in \"" + directory.path + "\": " + core::joined(some) +
                 (rest > 0 ? " and " + std::to_string(rest) + " more" : ""),
             false});
    }
}

} // namespace

std::size_t Loaded::count(std::string_view result) const {
    return static_cast<std::size_t>(std::count_if(
        files.begin(), files.end(), [&](const LoadedFile& file) { return file.result == result; }));
}

Loaded register_directory(Session& session, const Directory& directory,
                          const std::optional<std::string>& prefix) {
    const Places places(directory);
    Loaded loaded;
    for (const files::SourceNotice& notice : directory.sources.notices) {
        loaded.remarks.push_back({path_in(directory.path, notice.path), notice.message, false});
    }
    std::size_t failed = 0;
    session.run(statements::savepoint);
    try {
        loaded.files = register_all(session, directory, prefix, failed);
    } catch (const ServerError& error) {
        if (error.is("MG013")) {
            session.run(statements::rollback_to_savepoint);
            fail_changed(session, directory, prefix);
        }
        const std::string place = places.place_of(error.report(), true);
        const files::SourceRevision& source = directory.sources.revisions[failed];
        throw error.at(place.empty() ? path_in(directory.path, file_of(source)) : place);
    }
    compare_with_registered(session, directory, places, prefix, loaded);
    return loaded;
}

void tell_loaded(const Loaded& loaded, const Options& options, const Output& output) {
    for (const LoadRemark& remark : loaded.remarks) {
        const std::string line = (remark.place.empty() ? "" : remark.place + ": ") + remark.text;
        if (remark.is_warning) {
            output.warn(line);
        } else {
            output.note(line);
        }
    }
    for (const LoadedFile& file : loaded.files) {
        if (options.verbose || file.result != "unchanged") {
            output.tell(file.result + " " + file.revision + "  " + output.out().dim(file.path));
        }
    }
    output.tell(counted(loaded.files.size(), "file") + ": " +
                std::to_string(loaded.count("registered")) + " registered, " +
                std::to_string(loaded.count("replaced")) + " replaced, " +
                std::to_string(loaded.count("unchanged")) + " unchanged" +
                (options.dry_run ? " (rolled back)" : ""));
}

ExitStatus load(Session& session, const Directory& directory, const Options& options,
                const Output& output) {
    Transaction transaction(session);
    const Loaded loaded = register_directory(session, directory, options.prefix);
    if (!options.dry_run) {
        transaction.commit();
    }
    tell_loaded(loaded, options, output);
    if (output.wants_json() && options.command == Command::load) {
        std::vector<Json> rows;
        for (const LoadedFile& file : loaded.files) {
            Json row;
            row["path"] = file.path;
            row["revision"] = file.revision;
            row["result"] = file.result;
            rows.push_back(std::move(row));
        }
        output.print(json_text(rows));
    }
    return ExitStatus::done;
}

} // namespace migrate::client
