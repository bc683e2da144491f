// The Python program that reads an Alembic project from within, and prints JSON.
#pragma once

#include <string_view>

namespace migrate::client {

/// Takes the path of alembic.ini as its argument, and runs in the directory of that file.
/// Prints {"alembic": version, "revisions": [{"id", "parents", "depends_on", "labels",
/// "message", "date", "path", "up", "down", "notes", "error"}]}; "error" is null or
/// {"direction", "message", "path", "line"}.  Or prints {"error": message} for the project as a
/// whole, with "is_missing" when there is no Alembic.
extern const std::string_view alembic_program;

} // namespace migrate::client
