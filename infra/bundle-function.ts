/**
 * A function's code as Lambda gets it: the handler that also runs on one machine, and all that it imports, the AWS SDK
 * too, because a bundled SDK loads faster than the runtime's own and is the version that was tested.
 */
import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

const httpWithoutFetch = join(root, 'infra', 'http-without-fetch.cjs');

/** The folder of a function's sources. */
export function functionFolder({ name, below = 'functions' }: FunctionCode): string {
  return join(root, below, name);
}

export interface FunctionCode {
  /** The function's folder, which is also its name. */
  readonly name: string;
  /** What runs only while a deployment is under way lies in `infra/`. */
  readonly below?: 'functions' | 'infra';
  /**
   * Further entry points, such as that of a worker, from the project's root. Each is put beside the handler under its own
   * file's name with `.mjs`, so that `new URL('./worker.mjs', import.meta.url)` finds it in the bundle.
   */
  readonly entries?: readonly string[];
  /**
   * Data that the code reads, from the project's root, put beside the handler under its own name, so that
   * `new URL('./words.bin', import.meta.url)` finds it in source and in the bundle.
   */
  readonly files?: readonly string[];
  /** Puts beside the handler what has to be made before. */
  readonly make?: (folder: string) => void;
}

/** Writes the bundle into the folder and returns what it holds. Throws when something cannot be found or parsed. */
export function bundleFunction(code: FunctionCode, folder: string): Metafile {
  const { entries = [], files = [], make } = code;
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: [join(functionFolder(code), 'handler.ts'), ...entries].map((path) => ({
      in: path,
      out: basename(path, '.ts'),
    })),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Some packages have an ES module that can be shaken beside the CommonJS that Node would take.
    mainFields: ['module', 'main'],
    alias: { 'node:http': httpWithoutFetch, http: httpWithoutFetch },
    // What is imported only when it is needed is a file of its own, which a cold start does not read. It lies beside
    // the handler, so that its `import.meta.url` has the same neighbours.
    splitting: true,
    chunkNames: '[name]-[hash]',
    // CommonJS packages inside an ES module still ask for Node's own modules with `require`.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    minify: true,
    // With the names of functions and classes kept, a stack trace can be read without a source map, which would cost
    // 20 ms at every cold start.
    keepNames: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'error',
  });
  for (const file of files) copyFileSync(join(root, file), join(folder, basename(file)));
  make?.(folder);
  return metafile;
}
