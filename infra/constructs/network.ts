import {
  GatewayVpcEndpointAwsService,
  IpProtocol,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { asInterface } from '../as-interface.ts';

/**
 * Where the server of the search engine lives, and the functions that speak to it. Nothing comes in from outside. S3 and
 * DynamoDB are reached through gateway endpoints, everything else of AWS over IPv6 through an egress-only gateway: none of
 * these cost anything by the hour, which a NAT gateway or an endpoint per service would.
 */
export class Network extends Construct {
  readonly vpc: Vpc;
  /** Of the functions that speak to the engine. */
  readonly functions: SecurityGroup;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.vpc = new Vpc(this, 'vpc', {
      ipProtocol: IpProtocol.DUAL_STACK,
      // Two zones, so that functions go on when one has a fault, and answer that the engine is away if it was in that one.
      maxAzs: 2,
      natGateways: 0,
      createInternetGateway: false,
      subnetConfiguration: [
        {
          name: 'private',
          subnetType: SubnetType.PRIVATE_WITH_EGRESS,
          cidrMask: 24,
          ipv6AssignAddressOnCreation: true,
        },
      ],
      // Emptying the default group takes a helper function; nothing of ours is in that group.
      restrictDefaultSecurityGroup: false,
      gatewayEndpoints: {
        s3: { service: GatewayVpcEndpointAwsService.S3 },
        dynamodb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
    });
    this.functions = this.group('functions', 'Functions that speak to the search engine');
    acknowledge(this.vpc, {
      VPC7: 'Nothing enters this network from outside, and a flow log would cost by the byte to show functions that speak to one server.',
    });
  }

  /** A security group that lets nobody in, and out only to AWS over TLS. */
  group(id: string, description: string): SecurityGroup {
    const group = new SecurityGroup(this, id, {
      vpc: asInterface<IVpc>(this.vpc),
      description,
      allowAllOutbound: false,
    });
    group.addEgressRule(Peer.anyIpv6(), Port.HTTPS, 'Services of AWS');
    group.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'S3 and DynamoDB through their gateway endpoints');
    return group;
  }
}
