import { expect, onTestFinished, test, vi } from 'vitest';
import { schedule } from '../../local/scheduler.ts';

test('a schedule begins at once and goes on after a failure', async () => {
  const invoke = vi.fn().mockRejectedValueOnce(new Error('once')).mockResolvedValue(undefined);
  const onError = vi.fn();
  const { stop } = schedule({ invoke, every: 5, onError });
  onTestFinished(stop);
  expect(invoke).toHaveBeenCalledOnce();
  await vi.waitFor(() => expect(invoke.mock.calls.length).toBeGreaterThan(2));
  expect(onError).toHaveBeenCalledOnce();
  expect(invoke.mock.calls[0]?.[0]).toMatchObject({ 'detail-type': 'Scheduled Event', source: 'aws.events' });
});

test('a run that takes long is not overtaken by the next', async () => {
  let isDue = false;
  const invoke = vi.fn().mockReturnValue(
    new Promise<void>((resolve) =>
      setTimeout(() => {
        isDue = true;
        resolve();
      }, 60),
    ),
  );
  const { stop } = schedule({ invoke, every: 5, onError: vi.fn() });
  onTestFinished(stop);
  await vi.waitFor(() => expect(invoke.mock.calls.length).toBeGreaterThan(1));
  expect(isDue).toBe(true);
});
