/** Puts the pages, which lie beside this file, into the bucket that CloudFront serves, when a deployment asks for it. */
import { S3Client } from '@aws-sdk/client-s3';
import { answerDeployment, DeploymentRequest } from './deployment-request.ts';
import { publishFolder } from './publish-folder.ts';

const s3 = new S3Client();

export const handler = async (event: unknown): Promise<void> => {
  const request = DeploymentRequest.parse(event);
  try {
    // What is published stays when the stack goes, as all buckets do.
    if (request.RequestType !== 'Delete') {
      await publishFolder(new URL('./site/', import.meta.url), request.ResourceProperties.Bucket, s3);
    }
    await answerDeployment(request, { Status: 'SUCCESS' });
  } catch (error) {
    // Without an answer CloudFormation waits for an hour.
    await answerDeployment(request, { Status: 'FAILED', Reason: String(error) });
    throw error;
  }
};
