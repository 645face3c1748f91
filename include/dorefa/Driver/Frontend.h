//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What happens to a file before its target matters.

#ifndef DOREFA_DRIVER_FRONTEND_H
#define DOREFA_DRIVER_FRONTEND_H

#include "dorefa/Driver/CompileOptions.h"
#include "dorefa/Driver/ModuleContext.h"
#include "dorefa/Driver/OptimizerChoice.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dorefa::driver {

/// Reads a module and fills in the bits that it leaves open with those of the
/// options. Bits that stay open are an error that names the option. The tuned
/// table of the target's CPU goes into the options.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
readModule(ModuleContext &context, llvm::StringRef path,
           CompileOptions &options);

/// The functions that a training step adds to a model.
constexpr llvm::StringLiteral trainingFunctions[] = {"init", "train_step",
                                                     "evaluate", "predict"};

/// Adds the functions `init`, `train_step`, `evaluate` and `predict` to a
/// module with a forward function. A module that has a `train_step` already is
/// left as it is.
llvm::Error makeTrainable(mlir::ModuleOp module,
                          const OptimizerChoice &optimizer);

/// Has training steps write new values over the old ones, whose memory the
/// caller hands over: those for the host, which knows of it.
llvm::Error updateInPlace(mlir::ModuleOp module, const CompileOptions &options);

/// The function `entry` of a module; that of an empty name is the training
/// step. A model gets its training functions first if one of them is asked for.
/// An error names the functions that there are.
llvm::Expected<mlir::func::FuncOp> findEntry(mlir::ModuleOp module,
                                             llvm::StringRef file,
                                             std::string &entry,
                                             const OptimizerChoice &optimizer);

/// Fails where a layer of a tensor-level module was quantized and would run in
/// float all the same.
llvm::Error checkLowered(mlir::ModuleOp module, const CompileOptions &options);

/// Removes all functions but those named and what they call.
llvm::Error keepFunctions(mlir::ModuleOp module,
                          llvm::ArrayRef<llvm::StringRef> names);

/// A hash of what a module says: comments, names of values and white space do
/// not count.
std::string hashModule(mlir::ModuleOp module);

/// The size of the last axis of a model's output, where it is known.
std::optional<int64_t> getClassCount(mlir::ModuleOp module);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_FRONTEND_H
