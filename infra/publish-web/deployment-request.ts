/** How CloudFormation asks for something of a deployment, and takes the answer. */
import * as z from 'zod';

export const DeploymentRequest = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  ResourceProperties: z.object({ Bucket: z.string() }),
});
export type DeploymentRequest = z.infer<typeof DeploymentRequest>;

type Outcome = { readonly Status: 'SUCCESS' } | { readonly Status: 'FAILED'; readonly Reason: string };

export async function answerDeployment(
  { ResponseURL, StackId, RequestId, LogicalResourceId }: DeploymentRequest,
  outcome: Outcome,
): Promise<void> {
  const body = JSON.stringify({
    ...outcome,
    StackId,
    RequestId,
    LogicalResourceId,
    // Another one would have CloudFormation delete what was published before.
    PhysicalResourceId: LogicalResourceId,
  });
  // As bytes, for a text would be sent with a type, and the address is signed for a request without one.
  const response = await fetch(ResponseURL, { method: 'PUT', body: Buffer.from(body) });
  if (!response.ok) throw new Error(`CloudFormation did not take the answer: ${response.status}`);
}
