/** Names for what a call does outside this process: the places where a fault may strike or a process may die. */
import * as z from 'zod';

const Input = z.object({
  Bucket: z.string().optional(),
  Key: z.unknown().optional(),
  QueueUrl: z.string().optional(),
  UpdateExpression: z.string().optional(),
  IndexName: z.string().optional(),
});

/** As the catalogue's client or the one below it words a key. */
const ItemKey = z.object({ pk: z.union([z.string(), z.object({ S: z.string() }).transform(({ S }) => S)]) });

const verbs: Readonly<Record<string, string>> = {
  PutObject: 'put',
  GetObject: 'get',
  HeadObject: 'head',
  CopyObject: 'copy',
  DeleteObject: 'delete',
  ListObjectsV2: 'list',
  SendMessageBatch: 'send',
  ReceiveMessage: 'receive',
  DeleteMessage: 'acknowledge',
  DeleteMessageBatch: 'acknowledge',
  ChangeMessageVisibility: 'pause',
  ChangeMessageVisibilityBatch: 'pause',
};

/** `documents.put`, `changes.send`, `catalogue.markApplied` … of an SDK command, by its class's name and its input. */
export function sideEffectOf(commandName: string, commandInput: unknown): string {
  const command = commandName.replace(/Command$/, '');
  const input = Input.safeParse(commandInput).data;
  const verb = verbs[command] ?? command;
  if (input?.Bucket !== undefined) {
    const isSidecar = typeof input.Key === 'string' && input.Key.endsWith('.meta.yaml');
    return `${input.Bucket}.${verb}${isSidecar ? 'Sidecar' : ''}`;
  }
  if (input?.QueueUrl !== undefined) return `${input.QueueUrl.split('/').at(-1)}.${verb}`;
  return `catalogue.${catalogueVerb(command, input)}`;
}

/** `engine.look`, `engine.put` … of a request to a Meilisearch; undefined for any other request. */
export function engineEffectOf(method: string, path: string): string | undefined {
  if (path.startsWith('/multi-search')) return 'engine.look';
  if (path.startsWith('/tasks')) return 'engine.tasks';
  if (!path.startsWith('/indexes')) return undefined;
  if (path.includes('/documents')) return /\/delete(\?|$)/.test(path) ? 'engine.remove' : 'engine.put';
  return method === 'GET' ? 'engine.look' : 'engine.setUp';
}

function catalogueVerb(command: string, input: z.infer<typeof Input> | undefined): string {
  switch (command) {
    case 'Put':
    case 'PutItem':
      return 'write';
    case 'Update':
    case 'UpdateItem':
      return updateVerb(input?.UpdateExpression ?? '');
    case 'Get':
    case 'GetItem': {
      const partition = ItemKey.safeParse(input?.Key).data?.pk ?? '';
      return partition.startsWith('document#') ? 'get' : `get-${partition.split('#')[0]}`;
    }
    case 'BatchGet':
    case 'BatchGetItem':
      return 'get';
    case 'Query':
      return input?.IndexName ?? 'terms';
    case 'Scan':
      return 'all';
    default:
      return command;
  }
}

function updateVerb(expression: string): string {
  if (expression.includes('#state')) return 'markApplied';
  if (expression.startsWith('SET #attempt')) return 'markAttempt';
  return expression.startsWith('SET #resent') ? 'markResent' : 'update';
}
