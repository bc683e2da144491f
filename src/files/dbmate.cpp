// dbmate: 20240115143000_title.sql, with `-- migrate:up` and `-- migrate:down`.
#include "files/reader.hpp"

#include "core/failure.hpp"

#include <algorithm>

namespace migrate::files {

namespace {

constexpr std::string_view up_marker = "migrate:up";
constexpr std::string_view down_marker = "migrate:down";

/// Where the text of a direction begins, and what its marker says.
struct Block {
    Line marker;
    std::optional<bool> transactional;
};

Block block_at(const SourceFile& file, const Line& line, std::string_view options) {
    Block result{line, std::nullopt};
    for (const std::string_view option : words_of(options)) {
        const auto value = after(option, "transaction:");
        if (!value) {
            throw SourceError(file.path, line.number, "unknown option " + core::in_quotes(option),
                              {}, "The option that dbmate knows is transaction:false.");
        }
        result.transactional = parse_switch(file.path, line.number, "transaction", *value);
    }
    return result;
}

void begin_block(std::optional<Block>& block, const SourceFile& file, const Line& line,
                 std::string_view options) {
    if (block) {
        throw SourceError(file.path, line.number,
                          "marker " + core::in_quotes(trimmed(line.text)) + " appears twice",
                          "The first one is on line " + std::to_string(block->marker.number) + ".",
                          "Keep one of them.");
    }
    block = block_at(file, line, options);
}

void check_before_up(const SourceFile& file, const Line& line) {
    const std::string_view text = trimmed(line.text);
    if (!text.empty() && !text.starts_with("--")) {
        throw SourceError(file.path, line.number, "text stands before \"-- migrate:up\"", {},
                          "Move it below the marker.");
    }
    if (text.starts_with("--") && text != line.text &&
        (marker_in(text, up_marker) || marker_in(text, down_marker))) {
        throw SourceError(file.path, line.number, "marker does not begin its line", {},
                          "Remove the white space before it.");
    }
}

[[noreturn]] void fail_without(const SourceFile& file, std::string_view marker,
                               std::string_view hint) {
    throw SourceError(file.path, 0, "file has no line \"-- " + std::string(marker) + "\"", {},
                      std::string(hint));
}

SourceRevision read_file(const SourceFile& file, std::string_view version) {
    const std::string_view text = text_of(file);
    std::optional<Block> up;
    std::optional<Block> down;
    for (LineReader reader(text); reader.next();) {
        const Line& line = reader.line();
        if (const auto options = marker_in(line.text, up_marker)) {
            begin_block(up, file, line, *options);
        } else if (const auto down_options = marker_in(line.text, down_marker)) {
            if (!up) {
                throw SourceError(file.path, line.number,
                                  "\"-- migrate:down\" stands before \"-- migrate:up\"", {},
                                  "Write the up text first.");
            }
            begin_block(down, file, line, *down_options);
        } else if (!up) {
            check_before_up(file, line);
        }
    }
    if (!up) {
        fail_without(file, up_marker, "Write the marker above the text of the upgrade.");
    }
    if (!down) {
        fail_without(file, down_marker,
                     "dbmate wants both; with nothing below it, the downgrade is an empty step.");
    }
    SourceRevision result;
    result.revision.id = version;
    std::string_view slug = base_name(file.path).substr(version.size());
    slug.remove_suffix(std::string_view(".sql").size());
    result.message = title_of(slug.substr(std::min(slug.find_first_not_of("-_"), slug.size())));
    result.up =
        piece_of(file.path, text, up->marker.next, down->marker.begin, up->marker.number + 1);
    result.up_transactional = up->transactional;
    result.down =
        piece_of(file.path, text, down->marker.next, text.size(), down->marker.number + 1);
    result.down_transactional = down->transactional;
    return result;
}

} // namespace

bool has_dbmate_marker(std::string_view text) {
    for (LineReader reader(text); reader.next();) {
        if (marker_in(reader.line().text, up_marker)) {
            return true;
        }
    }
    return false;
}

Sources read_dbmate(const SourceFiles& files) {
    Sources result;
    for (const SourceFile* file : files) {
        if (!is_sql(file->path) || !folder_of(file->path).empty()) {
            continue;
        }
        const std::size_t digits = leading_digits(file->path);
        if (digits == 0) {
            result.notices.push_back(left_out(file->path, Layout::dbmate));
            continue;
        }
        if (!(file->path).ends_with(".sql")) {
            throw SourceError(file->path, 0, "name of the migration does not end in .sql", {},
                              "Write the end of the name in lower case.");
        }
        result.revisions.push_back(
            read_file(*file, std::string_view(file->path).substr(0, digits)));
    }
    // As dbmate does: by the name of the file.
    link_in_row(result.revisions);
    return result;
}

} // namespace migrate::files

#include "core/no_postgres.hpp"
