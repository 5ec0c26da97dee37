/** Chromium from the npm package, so that browser tests need no browser on the machine. */
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium, { inflate } from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

const packageFolder = fileURLToPath(new URL('..', import.meta.resolve('@sparticuz/chromium')));

/** Starts a browser; the package's own libraries serve where the system lacks them. */
export async function launchChromium(): Promise<Browser> {
  const folder = await unpacked();
  const fonts = fontConfiguration(folder);
  const launch = (env: NodeJS.ProcessEnv) =>
    playwright.launch({
      executablePath: join(folder, 'chromium'),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--font-render-hinting=none',
      ],
      env: definedOnly({ ...process.env, ...env }),
    });
  try {
    return await launch({ FONTCONFIG_FILE: fonts });
  } catch (error) {
    if (!/error while loading shared libraries/.test(String(error))) throw error;
    return await launch({ FONTCONFIG_FILE: fonts, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') });
  }
}

/**
 * The folder with the browser, made once for each version of the package. Test files that start side by side each
 * unpack into a folder of their own; the first to finish gives it its name, so that nobody starts half a browser.
 */
async function unpacked(): Promise<string> {
  const folder = join(tmpdir(), `vindplaats-chromium-${packageVersion()}`);
  if (existsSync(folder)) return folder;
  const making = mkdtempSync(join(tmpdir(), 'vindplaats-chromium-making-'));
  await unpackInto(making);
  try {
    renameSync(making, folder);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** The package unpacks to the temporary folder and knows no other, so that folder is named anew for as long. */
async function unpackInto(folder: string): Promise<void> {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  try {
    await Promise.all([chromium.executablePath(), inflate(join(packageFolder, 'bin', 'al2023.tar.br'))]);
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}

/** The system's fonts, if it has any, and the package's own, so that text looks alike on every machine. */
function fontConfiguration(folder: string): string {
  const file = join(folder, 'fonts.conf');
  const configuration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${join(folder, 'fonts')}</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
  if (!existsSync(file)) writeFileSync(file, configuration);
  return file;
}

function packageVersion(): string {
  const { version }: { version?: unknown } = JSON.parse(
    readFileSync(join(packageFolder, 'package.json'), 'utf8'),
  );
  return String(version);
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
