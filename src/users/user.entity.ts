import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { timestamp } from '../database/columns';

/** Somebody with an account. */
@Entity('users')
@Index('users_last_sign_in', ['lastSignInAt', 'id'])
@Index('users_active', ['active', 'id'])
@Index('users_active_email', ['active', 'email'])
@Index('users_active_last_sign_in', ['active', 'lastSignInAt', 'id'])
@Index('users_active_held_until', ['active', 'lastGrantEndsAt'])
@Index('users_needs_rename', ['needsRename', 'id'])
@Index('users_confirmed', ['emailConfirmedAt', 'id'])
export class User {
  @PrimaryGeneratedColumn()
  id!: number;

  /** As people read it, normalised; it compares by its bytes. */
  @Index('users_email', { unique: true })
  @Column({ length: 254 })
  email!: string;

  /** Whose mailbox it is, however it is spelt; null for an address that nobody could take now. */
  @Index('users_email_key', { unique: true })
  @Column({ name: 'email_key', type: 'varchar', length: 254, nullable: true })
  emailKey!: string | null;

  /** What it looks like, of `lookOfEmail`. */
  @Index('users_email_look')
  @Column({ name: 'email_look', length: 44, default: '' })
  emailLook!: string;

  /** Whether an earlier version took a name or an address that nobody could take now. */
  @Column({ name: 'needs_rename', default: false })
  needsRename!: boolean;

  @Column({ length: 100, default: '' })
  name!: string;

  /** Empty: they can't sign in. */
  @Column({ name: 'password_hash', length: 255, default: '' })
  passwordHash!: string;

  /** Changes with their second factors; random. null: they have none, and the password alone signs them in. */
  @Column({ name: 'factors_version', type: 'varchar', length: 32, nullable: true })
  factorsVersion!: string | null;

  /** The superuser until they have changed the password of the configuration. */
  @Column({ name: 'has_configured_password', default: false })
  hasConfiguredPassword!: boolean;

  @Column({ default: false })
  active!: boolean;

  /** Changes with everything that decides what they may do; random. */
  @Column({ name: 'access_version', length: 32 })
  accessVersion!: string;

  @Column({ ...timestamp, name: 'created_at' })
  createdAt!: Date;

  /** When they proved that the address is theirs, or who runs the server said so; null: nobody has. */
  @Column({ ...timestamp, name: 'email_confirmed_at', nullable: true })
  emailConfirmedAt!: Date | null;

  /** When they got their address, where it is not the first one. */
  @Column({ ...timestamp, name: 'email_since', nullable: true })
  emailSince!: Date | null;

  @Column({ ...timestamp, name: 'last_sign_in_at', nullable: true })
  lastSignInAt!: Date | null;

  /** When the last of their grants ends, kept up to date with each change; null: one has no end; 1970: there is none. */
  @Column({ ...timestamp, name: 'held_until', nullable: true })
  lastGrantEndsAt!: Date | null;
}
