import {type Folder, ImportedStore} from "../../../src/components/exchange/opening/importedStore.js";

/** A folder in memory; `room` is how many bytes it takes. */
export function memoryFolder(room = Number.POSITIVE_INFINITY) {
  const files = new Map<string, Blob>();
  const notFound = () => new DOMException("gone", "NotFoundError");
  const folder: Folder = {
    async *keys() {
      yield* [...files.keys()];
    },
    async removeEntry(name) {
      if (!files.delete(name)) throw notFound();
    },
    async getFileHandle(name, {create} = {}) {
      if (!files.has(name)) {
        if (!create) throw notFound();
        files.set(name, new Blob([]));
      }
      return {
        getFile: async () => {
          const file = files.get(name);
          if (!file) throw notFound();
          return file;
        },
        createWritable: async () => {
          const parts: BlobPart[] = [];
          return {
            write: async (part: BlobPart) => void parts.push(part),
            abort: async () => {},
            close: async () => {
              const blob = new Blob(parts);
              const others = [...files]
                .filter(([other]) => other !== name)
                .reduce((sum, [, {size}]) => sum + size, 0);
              if (others + blob.size > room) throw new DOMException("full", "QuotaExceededError");
              files.set(name, blob);
            }
          };
        }
      } as unknown as FileSystemFileHandle;
    }
  };
  return {files, folder, store: new ImportedStore(async () => folder)};
}
