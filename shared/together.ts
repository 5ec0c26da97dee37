interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets questions that come one by one in the same turn of the event loop, as when a batch of messages begins, go in one
 * call of at most so many; its failure is that of each. No question is answered by a call that began before it came.
 */
export function together<Question, Answer>(
  atMost: number,
  ask: (questions: readonly Question[]) => Promise<(question: Question) => Answer>,
): (question: Question) => Promise<Answer> {
  const waiting: Waiting<Question, Answer>[] = [];

  const askSome = async (some: readonly Waiting<Question, Answer>[]) => {
    try {
      const answerTo = await ask(some.map(({ question }) => question));
      for (const { question, resolve } of some) resolve(answerTo(question));
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  };
  const askAll = () => {
    while (waiting.length > 0) void askSome(waiting.splice(0, atMost));
  };
  return (question) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(askAll);
      waiting.push({ question, resolve, reject });
    });
}
