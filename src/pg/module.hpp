// What is set up once, when the server loads the module.
#pragma once

namespace migrate::pg {

/// Defines the settings of the extension (migrate.prefix).
void define_settings();

/// Puts our hooks in front of those that are there.
void install_hooks();

} // namespace migrate::pg
