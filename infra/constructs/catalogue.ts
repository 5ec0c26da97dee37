import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { catalogueTable } from '../../shared/catalogue-table.ts';

export type CatalogueIndex = (typeof catalogueTable.indexes)[number]['name'];

/** The catalogue's table: the one place that knows what staff corrected, so it cannot be deleted by a deployment. */
export class Catalogue extends TableV2 {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      ...keys(catalogueTable),
      globalSecondaryIndexes: catalogueTable.indexes.map((index) => ({
        indexName: index.name,
        ...keys(index),
      })),
      // An archive is written in bursts and then not for days.
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  indexArn(index: CatalogueIndex): string {
    return `${this.tableArn}/index/${index}`;
  }
}

function keys({ partitionKey, sortKey }: { readonly partitionKey: string; readonly sortKey: string }) {
  const text = (name: string) => ({ name, type: AttributeType.STRING });
  return { partitionKey: text(partitionKey), sortKey: text(sortKey) };
}
