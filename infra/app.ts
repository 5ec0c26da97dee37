/** What `cdk` runs: the app as it is to be deployed, in the account and region of whoever deploys it. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readContext } from './context.ts';
import { VindplaatsStack } from './vindplaats-stack.ts';

const app = new App();
new VindplaatsStack(app, 'Vindplaats', {
  description: 'Vindplaats: drop a file in a bucket, find it a moment later.',
  context: readContext(app),
});
// A finding that nobody has answered stops the deployment.
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
