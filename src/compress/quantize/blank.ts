/**
 * Arrays for skeletons, which are asked for thousands of times in a search: views of one array that only grows, since
 * allocating and collecting megabytes of zeros took longer than all the rest. Never written to.
 */
type Blank = Int8Array | Uint8Array | Int32Array | Float32Array;

function pool<A extends Blank>(make: (size: number) => A): (size: number) => A {
  let all = make(0);
  return (size) => {
    if (all.length < size) all = make(2 * size);
    return all.subarray(0, size) as A;
  };
}

export const blankInt8 = pool((size) => new Int8Array(size));
export const blankUint8 = pool((size) => new Uint8Array(size));
export const blankInt32 = pool((size) => new Int32Array(size));
/** A layer's factor is nearly always far below one half, which decides on the kernel that it gets. */
export const blankScales = pool((size) => new Float32Array(size).fill(2 ** -10));
