#pragma once

namespace filer {

/// From now on Ctrl-C (SIGINT), SIGTERM and SIGHUP end the command that runs instead of the process, so that
/// nothing half made is left.
void catch_interrupts();

/// Throws CommandError (interrupted) once a signal has come. Call it after whatever a signal may have cut
/// short.
void throw_if_interrupted();

}  // namespace filer
