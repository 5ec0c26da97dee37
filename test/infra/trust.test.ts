/** Rule 21 of trust, for every engine; cdk-nag's part of it stands in `cdk-nag.test.ts`. */
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { external, synthesise } from './synthesised.ts';

vi.setConfig({ testTimeout: 30_000 });

const Attribute = (name: string) => z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal(name)]) });
const Queue = z.object({
  VisibilityTimeout: z.number(),
  RedrivePolicy: z.object({ deadLetterTargetArn: Attribute('Arn') }),
});
const Mapping = z.object({
  EventSourceArn: Attribute('Arn'),
  FunctionName: z.object({ Ref: z.string() }),
});

describe.each([{ engine: 'meilisearch' }, external, { engine: 'embedded' }])(
  'rule 21 with engine=$engine',
  (context) => {
    const stack = synthesise(context);
    const queues = stack.resources('AWS::SQS::Queue');
    const isDeadLetters = ({ path }: { path: string }) => path.endsWith('/dead-letters');
    const watched = stack
      .resources('AWS::CloudWatch::Alarm')
      .map(({ properties }) => JSON.stringify(properties));
    const isWatched = (logicalId: string, metric: string) =>
      watched.some((alarm) => alarm.includes(`"${logicalId}","QueueName"`) && alarm.includes(`"${metric}"`));

    it('a message is hidden at least six times as long as its function may take', () => {
      const mappings = stack.resources('AWS::Lambda::EventSourceMapping');
      expect(mappings).toHaveLength(queues.filter((queue) => !isDeadLetters(queue)).length);
      for (const { properties } of mappings) {
        const mapping = Mapping.parse(properties);
        const queue = queues.find(({ logicalId }) => logicalId === mapping.EventSourceArn['Fn::GetAtt'][0]);
        const worker = stack
          .resources('AWS::Lambda::Function')
          .find(({ logicalId }) => logicalId === mapping.FunctionName.Ref);
        const { Timeout } = z.object({ Timeout: z.number() }).parse(worker?.properties);
        expect(Queue.parse(queue?.properties).VisibilityTimeout).toBeGreaterThanOrEqual(6 * Timeout);
      }
    });

    it('every queue has dead letters, and an alarm on them and on its oldest message', () => {
      for (const queue of queues) {
        if (isDeadLetters(queue)) {
          expect(isWatched(queue.logicalId, 'ApproximateNumberOfMessagesVisible'), queue.path).toBe(true);
          continue;
        }
        const [deadLetters] = Queue.parse(queue.properties).RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'];
        expect(queues.filter(isDeadLetters).map(({ logicalId }) => logicalId)).toContain(deadLetters);
        expect(isWatched(queue.logicalId, 'ApproximateAgeOfOldestMessage'), queue.path).toBe(true);
      }
    });

    it('no statement allows a wildcard action, and objects are those below a place in a bucket of this stack', () => {
      const allowed = stack.statements().filter(({ Effect }) => Effect === 'Allow');
      expect(allowed.length).toBeGreaterThan(20);
      expect(allowed.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
      const buckets = stack.resources('AWS::S3::Bucket').map(({ logicalId }) => logicalId);
      const objects = allowed.filter(({ Action }) => Action.some((action) => /^s3:\w+Object/.test(action)));
      expect(objects.length).toBeGreaterThan(5);
      for (const resource of objects.flatMap(({ Resource }) => Resource)) {
        const text = JSON.stringify(resource);
        expect(buckets.filter((bucket) => text.includes(`{"Fn::GetAtt":["${bucket}","Arn"]}`))).toHaveLength(
          1,
        );
        expect(text.match(/\*/g) ?? []).toHaveLength(text.endsWith('*"]]}') ? 1 : 0);
      }
    });

    it('every log group is kept for a month, and every function writes to one', () => {
      const logGroups = stack.resources('AWS::Logs::LogGroup');
      for (const { path, properties } of logGroups) expect(properties.RetentionInDays, path).toBe(30);
      for (const { path, properties } of stack.resources('AWS::Lambda::Function')) {
        const log = logGroups.find((group) => group.path === path.replace('/function', '/log'));
        expect(properties, path).toMatchObject({ LoggingConfig: { LogGroup: { Ref: log?.logicalId } } });
      }
    });
  },
);
