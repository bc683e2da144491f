#include "client/commands/import_alembic.hpp"

#include "client/commands/alembic_program.hpp"
#include "client/commands/export.hpp"
#include "client/output/json.hpp"
#include "client/server/subprocess.hpp"
#include "core/failure.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <unordered_map>

namespace migrate::client {

namespace {

namespace fs = std::filesystem;

const char* const how_to_name_it =
    "Name the command that runs it for this project, such as --alembic \"python3 -m alembic\" or "
    "--alembic .venv/bin/alembic.";

bool is_python(const std::string& program) {
    const std::string name = fs::path(program).filename().string();
    return name.starts_with("python") || name.starts_with("pypy");
}

/// The interpreter that the first lines of a Python script name.
std::vector<std::string> interpreter_of(const std::string& script) {
    std::ifstream stream(script);
    std::string first;
    std::string second;
    std::getline(stream, first);
    std::getline(stream, second);
    std::vector<std::string> words =
        first.starts_with("#!") ? command_words(first.substr(2)) : std::vector<std::string>();
    if (!words.empty() && fs::path(words.front()).filename() == "env") {
        words.erase(words.begin());
    } else if (!words.empty() && fs::path(words.front()).filename() == "sh" &&
               second.starts_with("'''exec'")) {
        // What pip writes where the path is too long for the first line.
        words = command_words(second);
        words = {words.at(std::min<std::size_t>(1, words.size() - 1))};
    }
    if (words.empty() || !is_python(words.front())) {
        throw ClientError("could not tell which Python runs " + script, {}, how_to_name_it);
    }
    return words;
}

/// A program that is named by its path is meant from here, not from the project's directory.
std::string from_here(const std::string& program) {
    return program.find('/') == std::string::npos ? program : fs::absolute(program).string();
}

/// The words that start the Python which the command `alembic` runs in.
std::vector<std::string> python_of(const std::string& alembic) {
    std::vector<std::string> words = command_words(alembic.empty() ? "alembic" : alembic);
    if (words.empty()) {
        throw usage_error("--alembic names no command", how_to_name_it);
    }
    const bool is_module =
        words.size() > 2 && words.back() == "alembic" && words[words.size() - 2] == "-m";
    if (is_module) {
        words.resize(words.size() - 2);
    } else if (fs::path(words.back()).filename() == "alembic") {
        if (words.size() > 1) {
            words.back() = "python"; // poetry run alembic, uv run alembic and their like
        } else {
            const std::string script = find_program(words.front());
            if (script.empty() || !fs::exists(script)) {
                throw ClientError("there is no program " + words.front(), {}, how_to_name_it);
            }
            words = interpreter_of(script);
        }
    } else if (!is_python(words.back())) {
        throw usage_error("--alembic does not name Alembic", how_to_name_it);
    }
    words.front() = from_here(words.front());
    return words;
}

/// The absolute path of alembic.ini in `project`, which may be that file itself.
fs::path ini_of(const std::string& project) {
    fs::path result = fs::absolute(project);
    if (fs::is_directory(result)) {
        result /= "alembic.ini";
    }
    if (!fs::is_regular_file(result)) {
        const bool is_above = fs::is_regular_file(result.parent_path() / ".." / "alembic.ini");
        throw ClientError("there is no file alembic.ini", {},
                          is_above ? "It is one directory above; name that one."
                                   : "Name the directory that has it, or the file itself.")
            .at(project);
    }
    return result.lexically_normal();
}

std::string last_lines(const std::string& text, std::size_t count) {
    std::size_t begin = text.size();
    while (begin > 0 && count > 0) {
        begin = text.rfind('\n', begin - 1);
        begin = begin == std::string::npos ? 0 : begin;
        --count;
    }
    const std::string result = text.substr(begin);
    return result.substr(std::min(result.find_first_not_of('\n'), result.size()));
}

Json read_project(const fs::path& ini, const std::vector<std::string>& python,
                  const Output& output) {
    std::vector<std::string> arguments = python;
    arguments.insert(arguments.end(), {"-", ini.string()});
    const ProcessResult process =
        run_process(arguments, ini.parent_path().string(), alembic_program);
    Json answer = Json::parse(process.output, nullptr, false);
    if (output.is_verbose() && !process.errors.empty()) {
        output.note(process.errors);
    }
    if (process.status != 0 || answer.is_discarded() || !answer.is_object()) {
        throw ClientError(python.front() + " ended with status " + std::to_string(process.status),
                          last_lines(process.errors, 4), how_to_name_it);
    }
    if (answer.contains("error")) {
        throw ClientError(member_text(answer, "error"), last_lines(process.errors, 4),
                          answer.contains("is_missing")
                              ? how_to_name_it
                              : "It must be possible to run alembic upgrade heads --sql here, with "
                                "the environment variables that env.py reads.")
            .at(ini.string());
    }
    return answer;
}

std::vector<std::string> texts_of(const Json& row, const char* key) {
    return row.at(key).get<std::vector<std::string>>();
}

/// What is wrong with a revision; nothing for most.
std::optional<ClientError> error_of(const Json& row) {
    const std::string id = member_text(row, "id");
    const Json& error = row.at("error");
    if (error.is_object()) {
        const int line = error.at("line").get<int>();
        return ClientError(member_text(error, "direction") + " of revision " + core::in_quotes(id) +
                               " cannot be written as SQL",
                           "Without a database it fails: " + member_text(error, "message") + ".",
                           "Write what it does with the database as SQL, in op.execute().")
            .at(member_text(error, "path") + (line > 0 ? ":" + std::to_string(line) : ""));
    }
    try {
        core::check_identifier("revision", id);
        for (const std::string& label : texts_of(row, "labels")) {
            core::check_identifier("branch label", label);
        }
    } catch (const core::Failure& failure) {
        return ClientError(failure.message(), failure.detail(),
                           "Rename it in the Alembic project, and stamp its databases.")
            .at(member_text(row, "path"));
    }
    return std::nullopt;
}

files::SourceRevision source_of(const Json& row) {
    files::SourceRevision result;
    result.revision.id = member_text(row, "id");
    result.revision.down_revision = texts_of(row, "parents");
    result.revision.depends_on = texts_of(row, "depends_on");
    result.revision.branch_labels = texts_of(row, "labels");
    result.message = member_text(row, "message");
    result.up.text = member_text(row, "up");
    if (row.at("down").is_string()) {
        result.down = files::SourceText{member_text(row, "down"), "", 1};
    }
    return result;
}

/// The revisions with their dates; one without a date has that of its youngest parent.
class Dates {
  public:
    files::FileTime of(const Json& row) {
        files::FileTime time;
        if (const auto written = files::parse_file_time(member_text(row, "date"))) {
            time = *written;
        } else {
            for (const std::string& parent : texts_of(row, "parents")) {
                const auto found = times_.find(parent);
                if (found != times_.end()) {
                    time = std::max(time, found->second, [](const auto& left, const auto& right) {
                        return fields(left) < fields(right);
                    });
                }
            }
        }
        times_[member_text(row, "id")] = time;
        return time;
    }

  private:
    static std::vector<int> fields(const files::FileTime& time) {
        return {time.year, time.month, time.day, time.hour, time.minute};
    }

    std::unordered_map<std::string, files::FileTime> times_;
};

} // namespace

ExitStatus import_alembic(const Options& options, const Output& output) {
    const fs::path ini = ini_of(options.directory.value_or("."));
    const Json project = read_project(ini, python_of(options.alembic), output);
    std::vector<DatedRevision> revisions;
    std::size_t failed = 0;
    Dates dates;
    for (const Json& row : project.at("revisions")) {
        const files::FileTime time = dates.of(row);
        if (const auto error = error_of(row)) {
            output.report(*error);
            ++failed;
            // One whose downgrade fails is still good for what comes after it.
            if (!row.at("error").is_object() || !row.at("up").is_string()) {
                continue;
            }
        }
        for (const std::string& note : texts_of(row, "notes")) {
            output.note("revision " + core::in_quotes(member_text(row, "id")) + ": " + note);
        }
        revisions.push_back({source_of(row), time});
    }
    if (failed > 0 && !options.keep_going) {
        throw ClientError("nothing was written, because of " + counted(failed, "revision"), {},
                          "With --keep-going the others are written, and those whose downgrade "
                          "fails without a down text.");
    }
    const std::string directory = options.output.empty() ? "migrations" : options.output;
    tell_written(write_native_files(directory, revisions, options.dry_run), options, output);
    return failed > 0 ? ExitStatus::error : ExitStatus::done;
}

} // namespace migrate::client
