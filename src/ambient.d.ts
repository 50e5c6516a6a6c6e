// Modules that TypeScript cannot find types for by itself.

/** Observable Framework resolves this name when it compiles a page or a module; only what we use is declared. */
declare module "observablehq:stdlib" {
  /** A file of the site, found at build time: the name must be one string literal, relative to the importing file. */
  export function FileAttachment(name: string): {
    readonly name: string;
    readonly mimeType: string | null;
    readonly size: number | undefined;
    url(): Promise<string>;
    text(): Promise<string>;
    json(): Promise<unknown>;
    arrayBuffer(): Promise<ArrayBuffer>;
    blob(): Promise<Blob>;
    stream(): Promise<ReadableStream<Uint8Array>>;
  };

  export const Generators: {
    observe<T>(initialize: (change: (value: T) => void) => (() => void) | undefined): AsyncGenerator<T>;
    input<T>(element: HTMLElement & {value?: T}): AsyncGenerator<T>;
    width(element: HTMLElement): AsyncGenerator<number>;
    dark(): AsyncGenerator<boolean>;
  };

  export function Mutable<T>(value?: T): AsyncGenerator<T> & {value: T};

  /** Draws again whenever the width given to the figure changes. */
  export function resize(render: (width: number, height: number) => Node | string): HTMLElement;
}

declare module "@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.fesm.min.js" {
  export * from "@tensorflow/tfjs-backend-wasm";
}
