// The fuzzers' corpora, and a fixed number of changes to them by fixed seeds.
#include "../fuzz/core_check.hpp"
#include "../fuzz/files_check.hpp"
#include "files/layout.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace migrate::core {
namespace {

using Inputs = std::vector<std::string>;
using Check = void (*)(std::string_view);

const std::filesystem::path tests = MIGRATE_TEST_FOLDER;

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string contents(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

Inputs corpus(const char* folder) {
    Inputs inputs;
    for (const auto& file : files_below(tests / "fuzz" / folder)) {
        inputs.push_back(contents(file));
    }
    return inputs;
}

/// The directories that the client's tests load, as inputs of check_sources().
Inputs fixtures() {
    Inputs inputs;
    for (const files::Layout layout : files::all_layouts) {
        const auto folder = tests / "fixtures" / files::layout_name(layout);
        std::string input;
        for (const auto& file : files_below(folder)) {
            input += "=== " + file.lexically_relative(folder).string() + "\n" + contents(file);
        }
        inputs.push_back(input);
    }
    return inputs;
}

Inputs source_corpus() {
    Inputs inputs = corpus("files_corpus");
    for (std::string& input : fixtures()) {
        inputs.push_back(std::move(input));
    }
    return inputs;
}

void expect_fine(Check check, const std::string& input) {
    try {
        check(input);
    } catch (const std::exception& error) {
        ADD_FAILURE() << error.what() << ", with the input:\n" << input;
    }
}

/// One input with words of another in it, letters changed, or pieces taken out.
std::string changed(const Inputs& inputs, std::string_view letters, std::mt19937& engine) {
    const auto below = [&engine](std::size_t bound) { return bound == 0 ? 0 : engine() % bound; };
    std::string text = inputs[below(inputs.size())];
    for (std::size_t i = 0, count = 1 + below(6); i < count && !text.empty(); i++) {
        const std::size_t at = below(text.size());
        const std::size_t length = below(8);
        const std::string& other = inputs[below(inputs.size())];
        switch (below(4)) {
        case 0:
            text.erase(at, length);
            break;
        case 1:
            text[at] = letters[below(letters.size())];
            break;
        case 2:
            text.insert(at, text.substr(below(text.size()), length));
            break;
        default:
            text.insert(at, other.substr(below(other.size() + 1), length));
            break;
        }
    }
    return text;
}

void expect_changed_fine(Check check, const Inputs& inputs, std::string_view letters, int times) {
    std::mt19937 engine(20);
    for (int i = 0; i < times; i++) {
        expect_fine(check, changed(inputs, letters, engine));
    }
}

TEST(FuzzCorpus, EveryInputIsFine) {
    const Inputs inputs = corpus("corpus");
    ASSERT_GE(inputs.size(), 5U);
    for (const std::string& input : inputs) {
        expect_fine(check_core, input);
    }
}

TEST(FuzzCorpus, ChangedInputsAreFine) {
    expect_changed_fine(check_core, corpus("corpus"), " ,-+@:\n\\'ab12rhx", 800);
}

TEST(FuzzSourceCorpus, EveryInputIsFine) {
    const Inputs inputs = source_corpus();
    ASSERT_GE(inputs.size(), 8U + files::all_layouts.size());
    for (const std::string& input : inputs) {
        expect_fine(files::check_sources, input);
    }
}

TEST(FuzzSourceCorpus, ChangedInputsAreFine) {
    expect_changed_fine(files::check_sources, source_corpus(), " ,-+@:\n\r\t\"=%#/._$\xC3", 2000);
}

} // namespace
} // namespace migrate::core
