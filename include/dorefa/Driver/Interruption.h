//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// SIGINT and SIGTERM as a wish to stop, not as sudden death.

#ifndef DOREFA_DRIVER_INTERRUPTION_H
#define DOREFA_DRIVER_INTERRUPTION_H

namespace dorefa::driver {

/// While one of these lives, the first SIGINT or SIGTERM is only noted, so that
/// a loop can finish its step and write what it has. A second one ends the
/// process as ever. There is at most one at a time.
class InterruptionGuard {
public:
  InterruptionGuard();
  ~InterruptionGuard();
  InterruptionGuard(const InterruptionGuard &) = delete;
  InterruptionGuard &operator=(const InterruptionGuard &) = delete;

  static bool interrupted();

  /// Ends the process by the signal that was noted, so that the shell that
  /// waits for it sees the signal; returns if there was none.
  static void reraise();
};

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_INTERRUPTION_H
