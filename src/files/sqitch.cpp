// Sqitch: sqitch.plan tells the order; deploy/NAME.sql and revert/NAME.sql hold the texts.
// A change that the plan names again (reworked) keeps its former scripts under NAME@TAG.sql.
#include "files/reader.hpp"

#include "core/failure.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace migrate::files {

namespace {

constexpr std::string_view plan_name = "sqitch.plan";

/// One line of the plan.
struct Change {
    std::string name;
    std::string note;
    int line = 0;
    int occurrence = 1; ///< how often the plan has named it, this line included
    std::vector<std::string> tags;
    /// The tags between this line and the one that names the change again, nearest to that
    /// one first; none for the last line of the name.
    std::vector<std::string> rework_tags;
};

/// An id cannot hold - and +, which names of changes can.
std::string id_of(const Change& change) {
    std::string result = change.name;
    std::replace_if(
        result.begin(), result.end(), [](char c) { return c == '-' || c == '+'; }, '_');
    return change.occurrence == 1 ? result : result + "." + std::to_string(change.occurrence);
}

/// A note's line feeds and backslashes are written with a backslash.
std::string unescaped(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            result += text[i];
            continue;
        }
        ++i;
        result += text[i] == 'n' ? '\n' : text[i] == 'r' ? '\r' : text[i];
    }
    return result;
}

class PlanReader {
  public:
    explicit PlanReader(const SourceFile& file) : file_(file) {}

    std::vector<Change> read() {
        for (LineReader reader(text_of(file_)); reader.next();) {
            line_ = reader.line().number;
            const std::string_view line = trimmed(reader.line().text);
            if (line.empty() || line.front() == '#') {
                continue;
            }
            if (line.front() == '%') {
                take_pragma(line.substr(1));
            } else if (line.front() == '@') {
                take_tag(line.substr(1));
            } else {
                take_change(line);
            }
        }
        return std::move(changes_);
    }

  private:
    [[noreturn]] void fail(std::string message, std::string hint = {}) const {
        throw SourceError(file_.path, line_, std::move(message), {}, std::move(hint));
    }

    void take_pragma(std::string_view pragma) {
        const std::size_t equals = pragma.find('=');
        const std::string_view name = trimmed(pragma.substr(0, equals));
        const std::string_view value =
            equals == std::string_view::npos ? "" : trimmed(pragma.substr(equals + 1));
        if (name == "project") {
            project_ = value;
        } else if (name == "syntax-version" && !value.starts_with("1.")) {
            fail("plan has the unknown syntax version " + core::in_quotes(value),
                 "Versions that begin with 1. can be read.");
        }
    }

    /// Refuses a line without a date and the planner's name, as Sqitch does.
    void check_planner(std::string_view rest) const {
        const std::vector<std::string_view> words = words_of(rest);
        if (words.empty() || !is_digit(words.front().front()) || words.front().back() != 'Z' ||
            rest.find('<') == std::string_view::npos) {
            fail("line has no date and planner",
                 "It ends like this: 2024-01-15T14:30:00Z Name <name@example.org> # note");
        }
    }

    void take_tag(std::string_view line) {
        const std::string_view plain = line.substr(0, line.find('#'));
        const std::size_t end = std::min(plain.find_first_of(" \t"), plain.size());
        if (end == 0) {
            fail("tag has no name", "Write it behind the @, without a blank.");
        }
        if (changes_.empty()) {
            fail("tag stands before the first change", "Write it below the change that it tags.");
        }
        check_planner(plain.substr(end));
        const std::string name(plain.substr(0, end));
        if (!tags_.insert(name).second) {
            fail("tag " + core::in_quotes("@" + name) + " exists twice", "Rename one of them.");
        }
        changes_.back().tags.push_back(name);
    }

    void take_change(std::string_view line) {
        if (line.front() == '-') {
            fail("plan reverts a change", "Write what it does as the deploy script of a change.");
        }
        line = trimmed(after(line, "+").value_or(line));
        Change change;
        change.line = line_;
        const std::size_t end = std::min(line.find_first_of(" \t[#"), line.size());
        change.name = trimmed(line.substr(0, end));
        if (change.name.empty()) {
            fail("change has no name");
        }
        std::string_view rest = line.substr(end);
        const std::size_t note = rest.find('#');
        if (note != std::string_view::npos) {
            change.note = unescaped(trimmed(rest.substr(note + 1)));
            rest = rest.substr(0, note);
        }
        rest = trimmed(rest);
        if (!rest.empty() && rest.front() == '[') {
            const std::size_t close = rest.find(']');
            if (close == std::string_view::npos) {
                fail("list of dependencies has no ]", "Write it behind the last of them.");
            }
            for (const std::string_view dependency : words_of(rest.substr(1, close - 1))) {
                check_dependency(dependency);
            }
            rest = rest.substr(close + 1);
        }
        check_planner(rest);
        number(change);
        changes_.push_back(std::move(change));
    }

    /// The chain of the plan meets every requirement within the plan; all else is refused.
    void check_dependency(std::string_view dependency) const {
        std::string_view name = dependency;
        const bool is_conflict = name.front() == '!';
        name = after(name, "!").value_or(name);
        const std::size_t colon = name.find(':');
        if (colon != std::string_view::npos) {
            if (name.substr(0, colon) != project_) {
                if (!is_conflict) {
                    fail("dependency " + core::in_quotes(dependency) + " is on another project",
                         "Load both projects' changes from one plan, or remove the dependency.");
                }
                return;
            }
            name = name.substr(colon + 1);
        }
        const std::size_t at = std::min(name.find('@'), name.size());
        const std::string change(name.substr(0, at));
        const std::string tag(name.substr(std::min(at + 1, name.size())));
        const bool is_there =
            (change.empty() || named_.contains(change) || is_hash(change)) &&
            (tag.empty() || tag == "HEAD" || tag == "ROOT" || tags_.contains(tag));
        if (is_conflict && is_there) {
            fail("change conflicts with " + core::in_quotes(name) + ", which comes before it",
                 "Revert that one in a change of its own first, and remove the conflict.");
        }
        if (!is_conflict && !is_there) {
            fail("change requires " + core::in_quotes(dependency) +
                     ", which does not come before it",
                 "Move the line below the one that it requires.");
        }
    }

    static bool is_hash(std::string_view text) {
        return text.size() == 40 &&
               text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    }

    /// Counts the change, and gives the line that it reworks the tags in between.
    void number(Change& change) {
        const auto found = named_.find(change.name);
        if (found != named_.end()) {
            Change& former = changes_[found->second];
            std::vector<std::string>& tags = former.rework_tags;
            for (std::size_t i = changes_.size(); i-- > found->second;) {
                tags.insert(tags.end(), changes_[i].tags.rbegin(), changes_[i].tags.rend());
            }
            if (tags.empty()) {
                fail("change " + core::in_quotes(change.name) +
                         " is planned twice without a tag between",
                     "Its first line is " + std::to_string(former.line) + "; rename one of them.");
            }
            change.occurrence = former.occurrence + 1;
        }
        named_[change.name] = changes_.size();
    }

    const SourceFile& file_;
    int line_ = 0;
    std::string project_;
    std::vector<Change> changes_;
    std::unordered_map<std::string, std::size_t> named_; ///< the last line of each name
    std::unordered_set<std::string> tags_;
};

/// The scripts of one directory, deploy/ or revert/, beside the plan.
class Scripts {
  public:
    Scripts(const SourceFiles& files, std::string_view plan, std::string_view kind)
        : start_(folder_of(plan)) {
        start_ += (start_.empty() ? "" : "/") + std::string(kind) + "/";
        for (const SourceFile* file : files) {
            if ((file->path).starts_with(start_)) {
                files_.emplace(file->path, file);
            }
        }
    }

    const SourceFile* find(const Change& change) const {
        if (change.rework_tags.empty()) {
            return find(path_of(change.name));
        }
        for (const std::string& tag : change.rework_tags) {
            if (const SourceFile* file = find(path_of(change.name + "@" + tag))) {
                return file;
            }
        }
        return nullptr;
    }

    /// The name that find() looks for first.
    std::string expected_path(const Change& change) const {
        return path_of(change.rework_tags.empty() ? change.name
                                                  : change.name + "@" + change.rework_tags.front());
    }

  private:
    std::string path_of(const std::string& name) const { return start_ + name + ".sql"; }

    const SourceFile* find(const std::string& path) const {
        const auto found = files_.find(path);
        return found == files_.end() ? nullptr : found->second;
    }

    std::string start_;
    std::unordered_map<std::string_view, const SourceFile*> files_;
};

/// The plan at the top, or the only one below: others are copies, as `sqitch bundle` makes them.
const SourceFile& plan_among(const SourceFiles& files) {
    std::vector<const SourceFile*> plans;
    for (const SourceFile* file : files) {
        if (file->path == plan_name) {
            return *file;
        }
        if (base_name(file->path) == plan_name) {
            plans.push_back(file);
        }
    }
    if (plans.empty()) {
        throw SourceError({}, 0, "there is no file sqitch.plan", {},
                          "Name the directory that holds it.");
    }
    if (plans.size() > 1) {
        throw SourceError(plans[1]->path, 0, "there are several plans",
                          "Another one is " + plans.front()->path + ".",
                          "Name the directory of one of them.");
    }
    return *plans.front();
}

} // namespace

Sources read_sqitch(const SourceFiles& files) {
    const SourceFile& plan = plan_among(files);
    const Scripts deploy(files, plan.path, "deploy");
    const Scripts revert(files, plan.path, "revert");
    Sources result;
    std::unordered_map<std::string, int> lines; // of the plan, by id
    for (const Change& change : PlanReader(plan).read()) {
        const SourceFile* script = deploy.find(change);
        if (script == nullptr) {
            throw SourceError(plan.path, change.line,
                              "change " + core::in_quotes(change.name) + " has no deploy script",
                              {}, "Add the file " + deploy.expected_path(change) + ".");
        }
        SourceRevision revision;
        revision.revision.id = id_of(change);
        check_source_name(plan.path, change.line, "revision", revision.revision.id);
        const auto [place, is_new] = lines.emplace(revision.revision.id, change.line);
        if (!is_new) {
            throw SourceError(plan.path, change.line,
                              "revision " + core::in_quotes(revision.revision.id) + " exists twice",
                              "Line " + std::to_string(place->second) +
                                  " of the plan gives the same id.",
                              "Rename one of the changes.");
        }
        revision.message = change.note.empty() ? title_of(change.name) : change.note;
        revision.up = whole_of(*script);
        if (const SourceFile* undo = revert.find(change)) {
            revision.down = whole_of(*undo);
        }
        result.revisions.push_back(std::move(revision));
    }
    link_in_row(result.revisions);
    return result;
}

} // namespace migrate::files

#include "core/no_postgres.hpp"
