import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bootScript, bootUserData } from '../../infra/meilisearch-server/boot-script.ts';
import { checkedBinary, fetchRelease } from '../../infra/meilisearch-server/fetch-release.ts';
import { putRelease } from '../../infra/meilisearch-server/put-objects.ts';
import release from '../../infra/meilisearch-server/release.json' with { type: 'json' };

const variables = {
  VERSION: '1.50.0',
  SHA256: '',
  BINARY: 'meilisearch-linux-aarch64',
  RELEASES_BUCKET: 'releases',
  BACKUPS_BUCKET: 'backups',
  MASTER_KEY_SECRET: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:key',
  DATA_DEVICE: '/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123',
  PORT: '7700',
  REGION: 'eu-central-1',
};
const script = bootScript(variables);
/** The part of the script between a function's name and its end. */
const body = (name: string) => script.split(`\n${name}() {\n`)[1]?.split('\n}\n')[0] ?? expect.fail(name);
const definition = (name: string) => `${name}() {\n${body(name)}\n}`;

/** Runs these lines as the boot script runs its own. */
const bash = (...lines: string[]) =>
  spawnSync('bash', ['-c', ['set -euo pipefail', ...lines].join('\n')], { encoding: 'utf8' });

describe('the boot script', () => {
  it('is a script', () => {
    expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' }).stderr).toBe('');
  });

  it('runs at every start and fits into user data', () => {
    const userData = bootUserData(variables).render();
    expect(userData).toContain('- [scripts-user, always]');
    expect(Buffer.byteLength(userData)).toBeLessThan(16 * 1024);
  });

  it('makes a file system only on a volume of which blkid says that nothing is there', () => {
    const mounting = (said: number) =>
      bash(
        'data=$(mktemp -d); DATA_DEVICE=/dev/null',
        ...['id', 'install', 'chown', 'mount', 'xfs_growfs'].map((name) => `${name}() { :; }`),
        'mountpoint() { return 1; }',
        `blkid() { return ${said}; }`,
        'mkfs.xfs() { echo made; }',
        // No machine that runs tests has a block device to spare.
        definition('mount_data').replace('[ -b "$DATA_DEVICE" ]', 'true'),
        'mount_data',
      );
    expect(mounting(2)).toMatchObject({ status: 0, stdout: 'made\n' });
    expect(mounting(0)).toMatchObject({ status: 0, stdout: '' });
    expect(mounting(8)).toMatchObject({ status: 1, stdout: '' });
    expect(mounting(8).stderr).toContain('left as it is');
  });

  it('starts nothing whose checksum differs, and counts the deployed one for more than the one beside it', () => {
    const fetching = (deployed: string, beside: string) =>
      bash(
        `BINARY=m VERSION=1 RELEASES_BUCKET=r SHA256='${deployed}'`,
        'program=$(mktemp -d)/meilisearch',
        `aws() { case "$4" in *.sha256) echo '${beside}  m' > "$5";; *) printf program > "$5";; esac; }`,
        definition('fetch_program'),
        'fetch_program; cat "$program"',
      );
    const right = createHash('sha256').update('program').digest('hex');
    const wrong = 'a'.repeat(64);
    expect(fetching('', right)).toMatchObject({ status: 0, stdout: 'm: OK\nprogram' });
    expect(fetching('', wrong)).toMatchObject({ status: 1, stdout: 'm: FAILED\n' });
    expect(fetching(right, wrong)).toMatchObject({ status: 0, stdout: 'm: OK\nprogram' });
    expect(fetching(wrong, right)).toMatchObject({ status: 1, stdout: 'm: FAILED\n' });
  });

  it('keeps the master key out of every file', () => {
    const start = execFileSync(
      'bash',
      [
        '-c',
        `MASTER_KEY_SECRET=secret REGION=region program=/opt/m; chmod() { :; }; ${body('write_start_command').replace('> /usr/local/bin/start-meilisearch', '')}`,
      ],
      { encoding: 'utf8' },
    );
    expect(start).toContain('$(aws secretsmanager get-secret-value --region region --secret-id secret');
    expect(spawnSync('bash', ['-n'], { input: start, encoding: 'utf8' }).stderr).toBe('');
    expect(script).not.toMatch(/MEILI_MASTER_KEY=[^\\\s]*[A-Za-z0-9]{16}/);
  });

  it('runs Meilisearch as a user of its own, without analytics, hardened, and again when it ends', () => {
    for (const line of [
      'User=meilisearch',
      'Environment=MEILI_ENV=production',
      'Environment=MEILI_NO_ANALYTICS=true',
      'Environment=MEILI_LOG_LEVEL=WARN',
      'Restart=always',
      'RestartSec=5',
      'StartLimitIntervalSec=0',
      'MemoryMax=90%',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'ConditionPathIsMountPoint=$data',
    ]) {
      expect(body('write_units').split('\n')).toContain(line);
    }
  });
});

describe('the units that it writes', () => {
  const written = bash(
    'data=/data VERSION=1.50.0 PORT=7700 BACKUPS_BUCKET=backups',
    'cat() { command cat; }; awk() { command awk "$1" <<< \'MemTotal:        1948672 kB\'; }',
    `${definition('write_units').replaceAll(/> \/etc\/systemd\S+/g, '')}`,
    'write_units',
  );

  it('let Meilisearch index in half of the memory of the machine, whichever it is', () => {
    expect(written).toMatchObject({ status: 0, stderr: '' });
    expect(written.stdout).toContain('\nEnvironment=MEILI_MAX_INDEXING_MEMORY=951MiB\n');
  });

  it('name nothing that was not filled in', () => {
    expect(written.stdout).toContain('\nConditionPathIsMountPoint=/data\n');
    expect(written.stdout).not.toMatch(/\$\w/);
  });
});

describe('putting a release where the server finds it', () => {
  const binary = 'the binary';
  const sha256 = createHash('sha256').update(binary).digest('hex');
  const github = (digest: string | null) => async (url: string) =>
    url.startsWith('https://api.github.com/repos/meilisearch/meilisearch/releases/tags/v1.50.0')
      ? Response.json({
          assets: [{ name: release.binary, browser_download_url: 'https://example.org/binary', digest }],
        })
      : new Response(binary);

  it('takes what has the checksum that GitHub says', async () => {
    const fetched = await fetchRelease('1.50.0', release.binary, github(`sha256:${sha256}`));
    expect(checkedBinary(fetched, null).sha256).toBe(sha256);
  });

  it('refuses what has another one, whoever said it', async () => {
    const wrong = 'a'.repeat(64);
    const other = await fetchRelease('1.50.0', release.binary, github(`sha256:${wrong}`));
    expect(() => checkedBinary(other, null)).toThrow(/nothing was put/);
    expect(() => checkedBinary(other, sha256)).toThrow(/nothing was put/);
    const fetched = await fetchRelease('1.50.0', release.binary, github(`sha256:${sha256}`));
    expect(() => checkedBinary(fetched, wrong)).toThrow(/nothing was put/);
  });

  it('refuses what nobody has said the checksum of', async () => {
    const fetched = await fetchRelease('1.50.0', release.binary, github(null));
    expect(() => checkedBinary(fetched, null)).toThrow(/says what the SHA-256 must be/);
  });

  it('says so when there is no such release', async () => {
    const nothing = async () => new Response('', { status: 404 });
    await expect(fetchRelease('9.9.9', release.binary, nothing)).rejects.toThrow(/no release v9\.9\.9/);
  });

  it('puts the checksum after the binary, for the server waits for both', async () => {
    const keys: unknown[] = [];
    const s3 = { send: async ({ input }: { input: { Key?: string } }) => keys.push(input.Key) };
    await putRelease(
      { bucket: 'b', version: '1.50.0', binary: release.binary, sha256, body: new Uint8Array() },
      s3 as never,
    );
    expect(keys).toEqual([
      `meilisearch/1.50.0/${release.binary}`,
      `meilisearch/1.50.0/${release.binary}.sha256`,
    ]);
  });

  it('pins a checksum that can be one, or none yet', () => {
    expect(release.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(release.sha256 ?? '0'.repeat(64)).toMatch(/^[0-9a-f]{64}$/);
  });
});
