#include "client/server/subprocess.hpp"

#include "client/failure.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace migrate::client {

namespace {

constexpr int cannot_enter = 126;
constexpr int cannot_run = 127;

[[noreturn]] void fail(const std::string& what) {
    throw ClientError("could not " + what + ": " + std::strerror(errno));
}

/// A file descriptor that closes itself.
class Descriptor {
  public:
    explicit Descriptor(int number = -1) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() { close(); }

    int get() const { return number_; }
    bool is_open() const { return number_ >= 0; }
    void close() {
        if (is_open()) {
            ::close(number_);
            number_ = -1;
        }
    }

  private:
    int number_;
};

struct Pipe {
    Descriptor reader;
    Descriptor writer;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        fail("make a pipe");
    }
    return {Descriptor(ends[0]), Descriptor(ends[1])};
}

/// Writing to a program that reads no further is an error here, and no signal.
class IgnoredBrokenPipe {
  public:
    IgnoredBrokenPipe() : former_(std::signal(SIGPIPE, SIG_IGN)) {}
    IgnoredBrokenPipe(const IgnoredBrokenPipe&) = delete;
    IgnoredBrokenPipe& operator=(const IgnoredBrokenPipe&) = delete;
    ~IgnoredBrokenPipe() { std::signal(SIGPIPE, former_); }

  private:
    void (*former_)(int);
};

/// In the child: only functions that are safe after fork().  Ends it if it cannot be run, with
/// the reason's number in `reason`.
[[noreturn]] void become(const std::vector<char*>& arguments, const char* folder,
                         const std::array<int, 3>& streams, int reason) {
    const auto give_up = [reason](int status) {
        const int number = errno;
        const ssize_t written = write(reason, &number, sizeof number);
        _exit(written == ssize_t{sizeof number} ? status : cannot_run);
    };
    std::signal(SIGPIPE, SIG_DFL);
    for (int stream = 0; stream < 3; ++stream) {
        if (dup2(streams[static_cast<std::size_t>(stream)], stream) < 0) {
            give_up(cannot_run);
        }
    }
    if (chdir(folder) != 0) {
        give_up(cannot_enter);
    }
    execvp(arguments.front(), arguments.data());
    give_up(cannot_run);
    std::abort();
}

/// Reads what is there; closes the descriptor at its end.
void read_some(Descriptor& from, std::string& into) {
    std::array<char, 65536> buffer{};
    const ssize_t count = read(from.get(), buffer.data(), buffer.size());
    if (count > 0) {
        into.append(buffer.data(), static_cast<std::size_t>(count));
    } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
        from.close();
    }
}

void write_some(Descriptor& to, std::string_view& text) {
    const ssize_t count = write(to.get(), text.data(), text.size());
    if (count >= 0) {
        text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR && errno != EAGAIN) {
        text = {}; // it reads no further
    }
    if (text.empty()) {
        to.close();
    }
}

/// Feeds and reads until all three streams are closed.
void exchange(Descriptor input, Descriptor output, Descriptor errors, std::string_view text,
              ProcessResult& result) {
    const IgnoredBrokenPipe ignored;
    if (text.empty()) {
        input.close();
    } else if (fcntl(input.get(), F_SETFL, O_NONBLOCK) != 0) {
        fail("prepare a pipe");
    }
    while (input.is_open() || output.is_open() || errors.is_open()) {
        // poll() passes over negative descriptors.
        std::array<pollfd, 3> waits = {pollfd{input.get(), POLLOUT, 0},
                                       pollfd{output.get(), POLLIN, 0},
                                       pollfd{errors.get(), POLLIN, 0}};
        if (poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) {
            fail("wait for a program");
        }
        if (waits[0].revents != 0) {
            write_some(input, text);
        }
        if (waits[1].revents != 0) {
            read_some(output, result.output);
        }
        if (waits[2].revents != 0) {
            read_some(errors, result.errors);
        }
    }
}

int wait_for(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            fail("wait for a program");
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace

ProcessResult run_process(const std::vector<std::string>& arguments, const std::string& folder,
                          std::string_view input) {
    std::vector<std::string> copies = arguments;
    std::vector<char*> pointers;
    pointers.reserve(copies.size() + 1);
    for (std::string& argument : copies) {
        pointers.push_back(argument.data());
    }
    pointers.push_back(nullptr);

    Pipe in = make_pipe();
    Pipe out = make_pipe();
    Pipe err = make_pipe();
    Pipe reason = make_pipe();
    const pid_t child = fork();
    if (child < 0) {
        fail("start " + arguments.front());
    }
    if (child == 0) {
        become(pointers, folder.c_str(), {in.reader.get(), out.writer.get(), err.writer.get()},
               reason.writer.get());
    }
    in.reader.close();
    out.writer.close();
    err.writer.close();
    reason.writer.close();
    ProcessResult result;
    exchange(std::move(in.writer), std::move(out.reader), std::move(err.reader), input, result);
    result.status = wait_for(child);
    int number = 0;
    if (read(reason.reader.get(), &number, sizeof number) == ssize_t{sizeof number}) {
        errno = number;
        fail(result.status == cannot_enter ? "enter the directory " + folder
                                           : "run " + arguments.front());
    }
    return result;
}

std::string find_program(const std::string& program) {
    if (program.find('/') != std::string::npos) {
        return program;
    }
    const char* path = std::getenv("PATH");
    std::string_view rest = path == nullptr ? "" : path;
    while (!rest.empty()) {
        const std::string_view folder = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
        std::string place = (folder.empty() ? "." : std::string(folder)) + "/" + program;
        if (access(place.c_str(), X_OK) == 0) {
            return place;
        }
    }
    return {};
}

std::vector<std::string> command_words(std::string_view command) {
    std::vector<std::string> result;
    bool is_within = false;
    char quote = 0;
    for (const char c : command) {
        const bool is_blank = c == ' ' || c == '\t' || c == '\n';
        if (quote == 0 && is_blank) {
            is_within = false;
            continue;
        }
        if (!is_within) {
            result.emplace_back();
            is_within = true;
        }
        if (c == quote) {
            quote = 0;
        } else if (quote == 0 && (c == '"' || c == '\'')) {
            quote = c;
        } else {
            result.back() += c;
        }
    }
    if (quote != 0) {
        throw ClientError("a quote has no counterpart in: " + std::string(command));
    }
    return result;
}

} // namespace migrate::client
