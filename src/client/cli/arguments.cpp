#include "client/cli/arguments.hpp"

#include "client/cli/help.hpp"
#include "client/cli/nearest_name.hpp"
#include "client/failure.hpp"
#include "core/text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

namespace migrate::client {

namespace {

// CLI11 takes -1 for an option.  Arguments like it travel with this character in front.
constexpr char number_mark = '\x01';

bool looks_like_number(const std::string& argument) {
    return argument.size() > 1 && argument[0] == '-' && argument[1] >= '0' && argument[1] <= '9';
}

void unmark(std::string& argument) {
    if (!argument.empty() && argument[0] == number_mark) {
        argument.erase(0, 1);
    }
}

class Parser {
  public:
    Parser();

    std::optional<Options> parse(std::vector<std::string> arguments);
    std::string completion() const;

  private:
    using Spellings = std::vector<std::string>;

    void add_connection_options();
    void add_common_options();
    void add_file_commands();
    void add_running_commands();
    void add_looking_commands();
    void add_other_commands();
    void add_fleet();
    CLI::App* add(Command command, const Spellings& names, const std::string& help);
    CLI::Option* add_target(CLI::App* command, const std::string& help);
    std::optional<Command> command_named(const std::string& name) const;
    std::vector<std::string> all_names() const;
    bool takes_value(const std::string& argument) const;
    void prepare(std::vector<std::string>& arguments);
    void take_directory(std::vector<std::string>& arguments, std::size_t place);
    [[noreturn]] void fail_unknown_command(const std::string& word) const;
    void finish(const CLI::App* chosen);
    void finish_fleet();

    CLI::App app_{help_description, "migratectl"};
    Options options_;
    std::string layout_;
    std::string fleet_command_;
    std::vector<std::pair<CLI::App*, Command>> commands_;
};

Parser::Parser() {
    app_.set_help_flag("-?,--help", "Show this help, or that of a command, and exit");
    app_.set_version_flag("-V,--version", "migratectl " EXTVERSION, "Show the version and exit");
    app_.footer(help_footer);
    app_.require_subcommand(1);
    const auto formatter = std::make_shared<HelpFormatter>();
    formatter->column_width(30);
    app_.formatter(formatter);
    add_connection_options();
    add_common_options();
    add_running_commands();
    add_file_commands();
    add_looking_commands();
    add_other_commands();
    add_fleet();
}

void Parser::add_connection_options() {
    ConnectionOptions& to = options_.connection;
    const std::string group = "Connection";
    app_.add_option("-h,--host", to.host, "Host of the server, or directory of its socket")
        ->group(group)
        ->type_name("HOST");
    app_.add_option("-p,--port", to.port, "Port of the server")->group(group)->type_name("PORT");
    app_.add_option("-U,--username", to.user, "User to connect as")
        ->group(group)
        ->type_name("USER");
    app_.add_option("-d,--dbname", to.database, "Database, URI, or keywords and values")
        ->group(group)
        ->type_name("DATABASE");
    app_.add_flag("-w,--no-password", to.never_asks, "Never ask for a password")->group(group);
    app_.add_flag("-W,--password", to.asks_password, "Ask for a password before connecting")
        ->group(group);
    app_.add_option("--wait", to.wait_seconds, "Wait so long for a server that is starting")
        ->group(group)
        ->type_name("SECONDS")
        ->check(CLI::NonNegativeNumber.description(""));
}

void Parser::add_common_options() {
    app_.add_option("--directory", options_.directory, "The same as DIR before the command")
        ->type_name("DIR");
    app_.add_option("--format", layout_,
                    "Layout of the files where they do not tell: native, diesel, dbmate,\n"
                    "golang-migrate, goose, flyway or sqitch")
        ->type_name("LAYOUT");
    app_.add_option("--prefix", options_.prefix,
                    "History to work on (otherwise that of the setting migrate.prefix)")
        ->type_name("NAME");
    app_.add_flag("--json", options_.json, "Print JSON");
    app_.add_flag("--dry-run", options_.dry_run, "Do everything, then roll it back");
    app_.add_flag("--create-extension", options_.create_extension,
                  "Create the extension in the database if it is not there");
    app_.add_flag("-q,--quiet", options_.quiet, "Print errors, and what was asked for, only");
    app_.add_flag("-v,--verbose", options_.verbose,
                  "Print every statement with its time, every file, and all of an error");
}

CLI::App* Parser::add(Command command, const Spellings& names, const std::string& help) {
    CLI::App* result = app_.add_subcommand(names.front(), help);
    for (auto name = names.begin() + 1; name != names.end(); ++name) {
        result->alias(*name);
    }
    result->fallthrough();
    result->footer("Connection and other common options: migratectl --help");
    commands_.emplace_back(result, command);
    return result;
}

CLI::Option* Parser::add_target(CLI::App* command, const std::string& help) {
    return command->add_option("TARGET", options_.target, help)->type_name("");
}

void Parser::add_running_commands() {
    const std::string group = "Run";
    add_target(
        add(Command::upgrade, {"upgrade", "up"}, "Run what leads to a target, all or nothing"),
        "Where to go (default: head)");
    add_target(add(Command::downgrade, {"downgrade", "down"}, "Run the way back, all or nothing"),
               "Where to go back to (default: -1)");
    add_target(add(Command::deploy, {"deploy"}, "As upgrade, with a transaction per revision"),
               "Where to go (default: head)");
    add_target(add(Command::revert, {"revert"}, "As downgrade, with a transaction per revision"),
               "Where to go back to (default: -1)");
    CLI::App* stamp =
        add(Command::stamp, {"stamp"}, "Set where the database stands, running nothing");
    stamp->add_option("TARGET", options_.targets, "Revisions, labels, head, heads or base")
        ->type_name("")
        ->required();
    stamp->add_flag("--purge", options_.purge, "Forget first where it stands");
    stamp->add_flag("--verify", options_.verify, "Only if the texts make the schema as it is");
    add(Command::adopt, {"adopt"}, "Stamp with what an Alembic version table says")
        ->add_option("TABLE", options_.target, "The table (default: alembic_version)")
        ->type_name("");
    for (auto& [command, kind] : commands_) {
        command->group(group);
    }
}

void Parser::add_file_commands() {
    const std::string group = "Files";
    CLI::App* create = add(Command::create_file, {"new"}, "Write the file of a new revision");
    create->group(group);
    create->add_option("MESSAGE", options_.message, "What it does")->type_name("")->required();
    create->add_option("--branch", options_.branch, "Go on with, or begin, the line of this label")
        ->type_name("LABEL");
    create->add_option("--head", options_.heads, "Parent: a revision of the directory, or base")
        ->type_name("REVISION")
        ->allow_extra_args(false);
    create->add_option("--depends-on", options_.depends_on, "Revision or label that it needs")
        ->type_name("REVISION")
        ->allow_extra_args(false);
    CLI::App* load = add(Command::load, {"load"}, "Register the revisions of a directory");
    load->group(group);
    load->add_option("DIR", options_.directory, "The directory (default: migrations)")
        ->type_name("");
    CLI::App* export_files =
        add(Command::export_files, {"export"}, "Write the registered revisions as native files");
    export_files->group(group);
    export_files->add_option("DIR", options_.directory, "Where to write them")->type_name("");
    CLI::App* import = add(Command::import_alembic, {"import-alembic"},
                           "Write the revisions of an Alembic project as native files");
    import->group(group);
    import->add_option("DIR", options_.directory, "The project: where alembic.ini is")
        ->type_name("");
    import->add_option("-o,--output", options_.output, "Where to write them (default: migrations)")
        ->type_name("DIR");
    import->add_option("--alembic", options_.alembic, "How to call Alembic (default: alembic)")
        ->type_name("COMMAND");
    import->add_flag("--keep-going", options_.keep_going, "Go on after a revision that fails");
}

void Parser::add_looking_commands() {
    const std::string group = "Look";
    const std::size_t before = commands_.size();
    add(Command::status, {"status"},
        "Show every prefix: where it stands, what is pending, what runs");
    add(Command::current, {"current"}, "Show the latest applied revisions");
    add(Command::history, {"history", "log"}, "Show the revisions, newest first")
        ->add_option("RANGE", options_.target, "LOW:HIGH, either may be left out")
        ->type_name("");
    add(Command::heads, {"heads"}, "Show the revisions that no other names as parent");
    add(Command::bases, {"bases"}, "Show the revisions without a parent");
    add(Command::branches, {"branches"}, "Show the revisions with several children");
    add(Command::show, {"show"}, "Show a revision with its texts")
        ->add_option("REVISION", options_.target, "Which one")
        ->type_name("")
        ->required();
    CLI::App* plan = add(Command::plan, {"plan"}, "Show what would run");
    add_target(plan, "Where to go (default: head)");
    plan->add_option("--direction", options_.direction, "upgrade or downgrade")
        ->type_name("DIRECTION")
        ->check(CLI::IsMember({"upgrade", "downgrade"}).description(""));
    plan->add_flag("--exit-code", options_.exit_code, "Exit with status 3 if anything would run");
    add(Command::check, {"check"}, "Exit with status 3 if revisions are pending");
    add(Command::script, {"sql"}, "Write the script that leads from one revision to another")
        ->add_option("RANGE", options_.target, "LOW:HIGH (default: current:)")
        ->type_name("");
    add(Command::graph, {"graph"}, "Draw the revisions")
        ->add_option("AS", options_.graph_format, "text (default), mermaid or dot")
        ->type_name("");
    for (std::size_t i = before; i < commands_.size(); i++) {
        commands_[i].first->group(group);
    }
}

void Parser::add_other_commands() {
    CLI::App* merge = add(Command::merge, {"merge"}, "Bring several heads together");
    merge->group("Files");
    merge->add_option("REVISION", options_.targets, "Which ones (default: heads)")->type_name("");
    merge->add_option("-m,--message", options_.message, "What it is for")->type_name("MESSAGE");
    CLI::App* unregister = add(Command::unregister, {"unregister"},
                               "Take a revision that is not applied out of the server");
    unregister->group("Files");
    unregister->add_option("REVISION", options_.target, "Its whole id")->type_name("")->required();
    add(Command::completion, {"completion"}, "Print a completion script for bash")->group("");
}

void Parser::add_fleet() {
    CLI::App* fleet = add(Command::fleet, {"fleet"}, "Run a command in many databases at once");
    fleet->group("Run");
    FleetOptions& to = options_.fleet;
    fleet
        ->add_option("COMMAND", fleet_command_,
                     "load, upgrade, downgrade, deploy, revert, check or status")
        ->type_name("")
        ->required();
    add_target(fleet, "Target of the command");
    fleet
        ->add_option("--databases", to.databases,
                     "File with a database (name or URI) per line; - is standard input")
        ->type_name("FILE");
    fleet->add_option("--query", to.query, "Query that returns names of databases")
        ->type_name("SQL");
    fleet->add_option("--jobs", to.jobs, "So many at once (default: 4)")
        ->type_name("N")
        ->check(CLI::Range(1, 1000).description(""));
    fleet
        ->add_option("--canary", to.canary,
                     "Do this database, or the first N ones, before all others")
        ->type_name("NAME|N");
    fleet
        ->add_option("--max-failures", to.max_failures,
                     "Begin no more after so many failures; 0: go on (default: 1)")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber.description(""));
}

std::optional<Command> Parser::command_named(const std::string& name) const {
    for (const auto& [app, command] : commands_) {
        if (app->check_name(name)) {
            return command;
        }
    }
    return std::nullopt;
}

std::vector<std::string> Parser::all_names() const {
    std::vector<std::string> names;
    for (const auto& [app, command] : commands_) {
        if (!app->get_group().empty()) {
            names.push_back(app->get_name());
            names.insert(names.end(), app->get_aliases().begin(), app->get_aliases().end());
        }
    }
    return names;
}

// Whether the next argument belongs to this one, an option of the program or of any command.
bool Parser::takes_value(const std::string& argument) const {
    if (argument.size() < 2 || argument[0] != '-' || argument.find('=') != std::string::npos ||
        (argument[1] != '-' && argument.size() > 2)) {
        return false;
    }
    std::vector<const CLI::App*> apps = {&app_};
    for (const auto& [app, command] : commands_) {
        apps.push_back(app);
    }
    return std::any_of(apps.begin(), apps.end(), [&](const CLI::App* app) {
        const CLI::Option* option = app->get_option_no_throw(argument);
        return option != nullptr && option->get_items_expected_min() > 0;
    });
}

void Parser::fail_unknown_command(const std::string& word) const {
    const std::string nearest = nearest_name(word, all_names());
    throw usage_error("unknown command \"" + word + "\"",
                      nearest.empty() ? "See migratectl --help for the commands."
                                      : "Did you mean \"" + nearest + "\"?");
}

void Parser::take_directory(std::vector<std::string>& arguments, std::size_t place) {
    const std::string word = arguments[place];
    const bool is_path = word.find('/') != std::string::npos || word == "." || word == "..";
    if (!is_path && !std::filesystem::is_directory(word)) {
        fail_unknown_command(word);
    }
    if (!std::filesystem::is_directory(word)) {
        throw ClientError("there is no directory \"" + word + "\"");
    }
    options_.directory = word;
    arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(place));
}

// Takes DIR out and marks numbers.
void Parser::prepare(std::vector<std::string>& arguments) {
    bool has_command = false;
    for (std::size_t i = 0; i < arguments.size(); i++) {
        if (arguments[i] == "--") {
            return;
        }
        if (takes_value(arguments[i])) {
            i++;
        } else if (looks_like_number(arguments[i])) {
            arguments[i].insert(0, 1, number_mark);
        } else if (arguments[i].starts_with('-') || has_command) {
            continue;
        } else if (command_named(arguments[i])) {
            has_command = true;
        } else if (!options_.directory) {
            take_directory(arguments, i);
            i--;
        } else {
            fail_unknown_command(arguments[i]);
        }
    }
}

void Parser::finish_fleet() {
    const std::optional<Command> command = command_named(fleet_command_);
    switch (command.value_or(Command::fleet)) {
    case Command::load:
    case Command::upgrade:
    case Command::downgrade:
    case Command::deploy:
    case Command::revert:
    case Command::check:
    case Command::status:
        options_.fleet.command = *command;
        break;
    default:
        throw usage_error("\"" + fleet_command_ + "\" is no command for a fleet",
                          "Use load, upgrade, downgrade, deploy, revert, check or status.");
    }
    if (options_.fleet.databases.empty() == options_.fleet.query.empty()) {
        throw usage_error("a fleet needs --databases or --query",
                          "Give one of them, to say which databases.");
    }
}

void Parser::finish(const CLI::App* chosen) {
    for (const auto& [app, command] : commands_) {
        if (app == chosen) {
            options_.command = command;
        }
    }
    if (!layout_.empty()) {
        options_.layout = files::layout_named(layout_);
        if (!options_.layout) {
            std::string names;
            for (const files::Layout layout : files::all_layouts) {
                core::append_item(names, files::layout_name(layout));
            }
            throw usage_error("there is no layout \"" + layout_ + "\"",
                              "Layouts are " + names + ".");
        }
    }
    if (options_.target) {
        unmark(*options_.target);
    }
    std::for_each(options_.targets.begin(), options_.targets.end(), unmark);
    if (options_.command == Command::fleet) {
        finish_fleet();
    }
}

std::optional<Options> Parser::parse(std::vector<std::string> arguments) {
    if (arguments.empty()) {
        std::cerr << app_.help();
        throw usage_error("no command was given", "Try migratectl status.");
    }
    prepare(arguments);
    // CLI11 takes them from the back.
    std::reverse(arguments.begin(), arguments.end());
    try {
        app_.parse(arguments);
    } catch (const CLI::Success& success) {
        app_.exit(success, std::cout, std::cerr);
        return std::nullopt;
    } catch (const CLI::ParseError& error) {
        const auto chosen = app_.get_subcommands();
        throw usage_error(error.what(),
                          "See migratectl " +
                              (chosen.empty() ? "" : chosen.front()->get_name() + " ") + "--help.");
    }
    finish(app_.get_subcommands().front());
    return options_;
}

std::string spellings(const CLI::App& app) {
    std::string result;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) {
            result += " --" + name;
        }
    }
    return result;
}

std::string Parser::completion() const {
    std::string names;
    std::string cases;
    for (const auto& [app, command] : commands_) {
        if (app->get_group().empty()) {
            continue;
        }
        std::string pattern = app->get_name();
        for (const std::string& alias : app->get_aliases()) {
            pattern += "|" + alias;
        }
        cases += "        " + pattern + ") options=\"" + spellings(*app) + "\" ;;\n";
    }
    for (const std::string& name : all_names()) {
        names += " " + name;
    }
    return R"(# bash completion for migratectl

_migratectl() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= i options=
    local commands=")" +
           names.substr(1) + R"("
    COMPREPLY=()
    case $previous in
        --format)
            COMPREPLY=($(compgen -W "native golang-migrate diesel dbmate goose flyway sqitch" -- "$word"))
            return ;;
        --direction) COMPREPLY=($(compgen -W "upgrade downgrade" -- "$word")); return ;;
        --databases) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --directory|-o|--output) COMPREPLY=($(compgen -d -- "$word")); return ;;
    esac
    for ((i = 1; i < COMP_CWORD; i++)); do
        if [[ " $commands " == *" ${COMP_WORDS[i]} "* ]]; then
            command=${COMP_WORDS[i]}
            break
        fi
    done
    case $command in
)" + cases +
           R"(    esac
    if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$options)" +
           spellings(app_) + R"(" -- "$word"))
        return
    fi
    case $command in
        '') COMPREPLY=($(compgen -W "$commands" -- "$word") $(compgen -d -- "$word")) ;;
        load|export|import-alembic) COMPREPLY=($(compgen -d -- "$word")) ;;
        fleet) COMPREPLY=($(compgen -W "load upgrade downgrade deploy revert check status" -- "$word")) ;;
        graph) COMPREPLY=($(compgen -W "text mermaid dot" -- "$word")) ;;
        upgrade|up|downgrade|down|deploy|revert|plan|stamp)
            COMPREPLY=($(compgen -W "head heads base +1 -1" -- "$word")) ;;
    esac
}
complete -o filenames -F _migratectl migratectl
)";
}

} // namespace

std::optional<Options> parse_arguments(std::vector<std::string> arguments) {
    return Parser().parse(std::move(arguments));
}

std::string bash_completion() {
    return Parser().completion();
}

} // namespace migrate::client
