//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What a single-shot detector (SSD, arXiv 1512.02325) trains with: anchors,
// their matching with the objects of an image, and the loss.

#ifndef DOREFA_DIALECT_DOREFA_IR_DOREFADETECTIONOPS_TD
#define DOREFA_DIALECT_DOREFA_IR_DOREFADETECTIONOPS_TD

include "dorefa/Dialect/Dorefa/IR/DorefaOpBase.td"

def Dorefa_AnchorBoxesOp : Dorefa_Op<"anchor_boxes", [InferTypeOpAdaptor]> {
  let extraClassDeclaration = LeaveResultTypesToVerifier;
  let summary = "boxes around the cells of grids: what a detector's outputs refer to";
  let description = [{
    Each grid of `rows` x `columns` cells covers the image; in the middle of each
    of its cells lie boxes of A sizes, (width, height) as shares of the image:

        x = (column + 1/2) / columns,   y = (row + 1/2) / rows
        result[n] = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    n counts the grids, their rows, their columns, and the sizes, the last
    fastest: the order in which feature maps [batch, rows, columns, A * 4] of
    the grids are reshaped and concatenated. `grids` holds rows and columns of
    each grid, `sizes` the A sizes of the first grid, then those of the next.

    Gradient: none; a constant.

    Constraints:
    - (C1) grids are pairs of positive numbers, at least one pair.
    - (C2) sizes are positive, as many pairs for each of the grids, at least one.
    - (C3) the result is [N, 4], N the sum over the grids of rows * columns * A,
      at most 2^20.

    ```mlir
    %anchors = dorefa.anchor_boxes {grids = array<i64: 2, 2, 1, 1>, sizes = array<f32: 0.3, 0.5, 0.9, 0.9>}
        : tensor<5x4xf32>
    ```
  }];
  let arguments = (ins DenseI64ArrayAttr:$grids, DenseF32ArrayAttr:$sizes);
  let results = (outs Dorefa_F32Tensor:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
}

def Dorefa_MatchAnchorsOp : Dorefa_Op<"match_anchors", [InferTypeOpAdaptor]> {
  let extraClassDeclaration = LeaveResultTypesToVerifier;
  let summary = "which object of its image each anchor is to find";
  let description = [{
    Boxes are (left, top, right, bottom). With the overlap

        iou[b,n,k] = area(anchor_n and box_bk) / area(anchor_n or box_bk),

    -1 for a label below 0 (there is no object k), result[b,n] is

    1. the object whose best anchor is n: the anchor of the largest overlap, above
       0, and among equals the first. If n is the best anchor of several
       objects, the one of the largest overlap, then the first;
    2. else the object of the largest overlap with n, then the first, if that
       overlap is at least `threshold`;
    3. else -1: background.

    So each object that any anchor overlaps has one, unless another object with
    a larger overlap has that anchor for its best, too.

    Gradient: none.

    Constraints:
    - (C1) anchors are [N, 4], boxes [batch, K, 4], labels [batch, K], the result
      [batch, N]; N and K are static.
    - (C2) the threshold is above 0 and at most 1.

    ```mlir
    %match = dorefa.match_anchors %anchors, %boxes, %labels
        : tensor<375x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>
    ```
  }];
  let arguments = (ins Dorefa_F32Tensor:$anchors, Dorefa_F32Tensor:$boxes,
                       RankedTensorOf<[I32]>:$labels,
                       DefaultValuedAttr<F32Attr, "0.5f">:$threshold);
  let results = (outs RankedTensorOf<[I32]>:$result);
  let assemblyFormat = [{
    $anchors `,` $boxes `,` $labels attr-dict
    `:` type($anchors) `,` type($boxes) `,` type($labels)
  }];
}

def Dorefa_MultiboxLossOp : Dorefa_Op<"multibox_loss", [
    Dorefa_DifferentiableWithMask, InferTypeOpAdaptor]> {
  let extraClassDeclaration = LeaveResultTypesToVerifier;
  let summary = "loss of a single-shot detector: boxes and classes of the anchors";
  let description = [{
    An anchor n of image b is positive if match[b,n] is an object k; P is the
    number of positive anchors of the batch, P_b that of image b.

        loss = ( sum over the positive of sum_i smooth(offsets[b,n,i] - t_i)
               + sum over the positive and the hard of ce[b,n] ) / max(P, 1)

    smooth(d) = d^2 / 2 for |d| < 1, |d| - 1/2 beyond. The targets are, with
    centre, width w and height h of the object's box and of the anchor,

        t = ( (x_k - x_n) / w_n / 0.1, (y_k - y_n) / h_n / 0.1,
              log(w_k / w_n) / 0.2,    log(h_k / h_n) / 0.2 )

    ce is the cross-entropy of softmax over logits[b,n,:] and the class: 0
    (background) for an anchor without object, label + 1 for one with. Hard
    are, of the anchors of image b without object, the `negatives` * P_b of the
    largest ce, among equals the first.

    Gradient: into offsets and logits, by `dorefa.multibox_loss_grad`. The choice
    of the hard is a constant to it.

    Constraints:
    - (C1) offsets are [batch, N, 4], logits [batch, N, classes + 1] with at
      least 2 columns, match [batch, N], anchors [N, 4], boxes [batch, K, 4],
      labels [batch, K]; all but the batch static.
    - (C2) negatives is at least 0.

    ```mlir
    %loss = dorefa.multibox_loss %offsets, %logits, %match, %anchors, %boxes, %labels
        : tensor<?x375x4xf32>, tensor<?x375x11xf32>, tensor<?x375xi32>, tensor<375x4xf32>,
          tensor<?x8x4xf32>, tensor<?x8xi32>
    ```
  }];
  let arguments = (ins Dorefa_F32Tensor:$offsets, Dorefa_F32Tensor:$logits,
                       RankedTensorOf<[I32]>:$match, Dorefa_F32Tensor:$anchors,
                       Dorefa_F32Tensor:$boxes, RankedTensorOf<[I32]>:$labels,
                       DefaultValuedAttr<I64Attr, "3">:$negatives);
  let results = (outs Dorefa_ScalarF32Tensor:$loss);
  let assemblyFormat = [{
    $offsets `,` $logits `,` $match `,` $anchors `,` $boxes `,` $labels attr-dict
    `:` type($offsets) `,` type($logits) `,` type($match) `,` type($anchors) `,`
    type($boxes) `,` type($labels)
  }];
}

def Dorefa_MultiboxLossGradOp : Dorefa_Op<"multibox_loss_grad", [
    AllTypesMatch<["offsets", "offsets_grad"]>,
    AllTypesMatch<["logits", "logits_grad"]>]> {
  let summary = "gradient of multibox_loss";
  let description = [{
    With q = cotangent / max(P, 1):

        offsets_grad[b,n,i] = clip(offsets[b,n,i] - t_i, -1, 1) * q for a positive anchor, else 0
        logits_grad[b,n,c] = (softmax(logits[b,n,:])_c - [c is the class]) * q
                             for a positive or hard anchor, else 0

    Gradient: none; an op of backward passes.

    Constraints: (C1) and (C2) as in `multibox_loss`; the cotangent is a tensor<f32>.

    ```mlir
    %d, %e = dorefa.multibox_loss_grad %g, %offsets, %logits, %match, %anchors, %boxes, %labels
        : tensor<f32>, tensor<?x375x4xf32>, tensor<?x375x11xf32>, tensor<?x375xi32>,
          tensor<375x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>
    ```
  }];
  let arguments = (ins Dorefa_ScalarF32Tensor:$cotangent,
                       Dorefa_F32Tensor:$offsets, Dorefa_F32Tensor:$logits,
                       RankedTensorOf<[I32]>:$match, Dorefa_F32Tensor:$anchors,
                       Dorefa_F32Tensor:$boxes, RankedTensorOf<[I32]>:$labels,
                       DefaultValuedAttr<I64Attr, "3">:$negatives);
  let results = (outs Dorefa_F32Tensor:$offsets_grad, Dorefa_F32Tensor:$logits_grad);
  let assemblyFormat = [{
    $cotangent `,` $offsets `,` $logits `,` $match `,` $anchors `,` $boxes `,` $labels
    attr-dict `:` type($cotangent) `,` type($offsets) `,` type($logits) `,`
    type($match) `,` type($anchors) `,` type($boxes) `,` type($labels)
  }];
}

#endif // DOREFA_DIALECT_DOREFA_IR_DOREFADETECTIONOPS_TD
