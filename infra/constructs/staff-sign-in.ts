import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRecovery,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

/** Whose access tokens count, and for whom they must be made out. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly audience: string;
}

/** A user pool for archives whose staff have no other place to sign in: accounts are made by an administrator only. */
export class StaffSignIn extends Construct implements TokenIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** Where a browser goes to sign in. */
  readonly signInUrl: string;

  constructor(scope: Construct, id: string, { staffPageUrl }: { readonly staffPageUrl: string }) {
    super(scope, id);
    const pool = new UserPool(this, 'users', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      // A code of an app on one's telephone: who signs in may read what is internal, and a message would cost each time.
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(pool, {
      COG8: 'Accounts are few and made by an administrator, with a second factor; the tier that watches for stolen passwords is paid for by the user.',
    });
    const read = new ResourceServerScope({ scopeName: 'read', scopeDescription: 'Look at all documents' });
    const write = new ResourceServerScope({ scopeName: 'write', scopeDescription: 'Change documents' });
    const server = pool.addResourceServer('archive', { identifier: 'archive', scopes: [read, write] });
    const client = new UserPoolClient(this, 'staff-page', {
      userPool: pool,
      // A page cannot keep a secret; the code that it is sent back with is bound to it by PKCE.
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [
          OAuthScope.OPENID,
          OAuthScope.EMAIL,
          OAuthScope.resourceServer(server, read),
          OAuthScope.resourceServer(server, write),
        ],
        callbackUrls: [staffPageUrl],
        logoutUrls: [staffPageUrl],
      },
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(1),
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
    });
    // An address of this kind must be unique in its region.
    const domain = pool.addDomain('sign-in', {
      cognitoDomain: { domainPrefix: `vindplaats-${Aws.ACCOUNT_ID}` },
    });
    this.issuer = pool.userPoolProviderUrl;
    this.audience = client.userPoolClientId;
    this.signInUrl = domain.baseUrl();
  }
}
