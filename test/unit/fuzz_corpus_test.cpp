// The fuzzer's corpus, and a fixed number of changes to it by fixed seeds.
#include "../fuzz/core_check.hpp"

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

std::vector<std::string> corpus() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(MIGRATE_FUZZ_CORPUS)) {
        files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::vector<std::string> inputs;
    for (const auto& file : files) {
        std::ifstream stream(file, std::ios::binary);
        inputs.emplace_back(std::istreambuf_iterator<char>(stream),
                            std::istreambuf_iterator<char>());
    }
    return inputs;
}

void expect_fine(const std::string& input) {
    try {
        check_core(input);
    } catch (const std::exception& error) {
        ADD_FAILURE() << error.what() << ", with the input:\n" << input;
    }
}

TEST(FuzzCorpus, EveryInputIsFine) {
    const auto inputs = corpus();
    ASSERT_GE(inputs.size(), 5U);
    for (const std::string& input : inputs) {
        expect_fine(input);
    }
}

/// One input with words of another in it, letters changed, or pieces taken out.
std::string changed(const std::vector<std::string>& inputs, std::mt19937& engine) {
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
            text[at] = " ,-+@:\n\\'ab12rhx"[below(16)];
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

TEST(FuzzCorpus, ChangedInputsAreFine) {
    const auto inputs = corpus();
    std::mt19937 engine(20);
    for (int i = 0; i < 800; i++) {
        expect_fine(changed(inputs, engine));
    }
}

} // namespace
} // namespace migrate::core
