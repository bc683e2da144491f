// An arena for many short texts that are freed together.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

namespace migrate::core {

class StringArena {
  public:
    /// Keeps a copy; the result is valid as long as the store, also when that is moved.
    std::string_view add(std::string_view text) {
        if (text.size() > left_) {
            left_ = std::max(block_size, text.size());
            blocks_.push_back(std::make_unique<char[]>(left_));
            next_ = blocks_.back().get();
        }
        const std::string_view kept(next_, text.size());
        next_ = std::copy(text.begin(), text.end(), next_);
        left_ -= text.size();
        return kept;
    }

  private:
    static constexpr std::size_t block_size = 32'768;

    std::vector<std::unique_ptr<char[]>> blocks_;
    char* next_ = nullptr; // within the last block
    std::size_t left_ = 0;
};

} // namespace migrate::core

#include "core/no_postgres.hpp"
