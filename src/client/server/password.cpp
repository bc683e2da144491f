#include "client/server/password.hpp"

#include <cstdio>
#include <memory>
#include <termios.h>
#include <unistd.h>

namespace migrate::client {

namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

/// No echo while it lives.
class Hidden {
  public:
    explicit Hidden(int descriptor) : descriptor_(descriptor) {
        is_changed_ = tcgetattr(descriptor, &before_) == 0;
        termios hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (is_changed_) {
            tcsetattr(descriptor, TCSAFLUSH, &hidden);
        }
    }
    ~Hidden() {
        if (is_changed_) {
            tcsetattr(descriptor_, TCSAFLUSH, &before_);
        }
    }
    Hidden(const Hidden&) = delete;
    Hidden& operator=(const Hidden&) = delete;

  private:
    int descriptor_;
    bool is_changed_;
    termios before_ = {};
};

} // namespace

std::optional<std::string> ask_password(const std::string& prompt) {
    // The terminal itself: standard input and output may be files.
    const std::unique_ptr<std::FILE, CloseFile> terminal(std::fopen("/dev/tty", "r+e"));
    if (!terminal) {
        return std::nullopt;
    }
    std::string password;
    {
        // Before the question: an answer that comes at once must not show either.
        const Hidden hidden(fileno(terminal.get()));
        std::fputs(prompt.c_str(), terminal.get());
        std::fflush(terminal.get());
        for (int c = std::fgetc(terminal.get()); c != '\n' && c != EOF;
             c = std::fgetc(terminal.get())) {
            password += static_cast<char>(c);
        }
    }
    std::fputs("\n", terminal.get());
    return password;
}

} // namespace migrate::client
