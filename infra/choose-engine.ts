import { Size } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { EmbeddedEngine } from './constructs/embedded-engine.ts';
import { ExternalEngine } from './constructs/external-engine.ts';
import { MeilisearchServer } from './constructs/meilisearch-server.ts';
import type { PrivateBucket } from './constructs/private-bucket.ts';
import type { SearchEngine } from './constructs/search-engine.ts';
import type { Context } from './context.ts';

export interface EngineParts {
  readonly backups: PrivateBucket;
  /** Says what the operator needs to know of it. */
  readonly output: (name: string, description: string, value: string) => void;
}

/** The engine that the context names; everything else of the stack is the same for all. */
export function chooseEngine(
  scope: Construct,
  context: Context,
  { backups, output }: EngineParts,
): SearchEngine {
  const { searchEngineUrl, masterKeySecret } = context;
  if (context.engine === 'embedded') return new EmbeddedEngine(scope, 'embedded-engine');
  if (context.engine === 'external') {
    if (!searchEngineUrl || !masterKeySecret)
      throw new Error('The context of an external engine is not whole');
    return new ExternalEngine(scope, 'external-engine', { url: searchEngineUrl, masterKeySecret });
  }
  const server = new MeilisearchServer(scope, 'meilisearch-server', {
    instanceType: context.serverType,
    volumeSize: Size.gibibytes(context.serverVolume),
    version: context.meilisearchVersion,
    sha256: context.meilisearchSha256,
    backups,
  });
  output(
    'ReleasesBucket',
    'Where the server fetches Meilisearch; docs/deploy.md fills it',
    server.releases.bucketName,
  );
  output('ServerId', 'The machine of the search engine, for Session Manager', server.instanceId);
  return server;
}
