import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { withdrawalsTable } from '../../shared/withdrawal.ts';
import { acknowledge } from '../acknowledge.ts';

/** What has left the public collection of late: a table of its own, because the visitors' function reads it. */
export class Withdrawals extends TableV2 {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      partitionKey: { name: withdrawalsTable.partitionKey, type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(this, {
      DDB3: 'It holds the ids of a few minutes, and follows from the catalogue.',
    });
  }
}
