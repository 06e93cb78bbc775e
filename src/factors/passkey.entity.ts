import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { epochMilliseconds } from '../database/columns';
import { User } from '../users/user.entity';

/** A key that somebody's device or password manager keeps, and shows only to this site. Nothing of it here is secret. */
@Entity('passkeys')
export class Passkey {
  @PrimaryGeneratedColumn()
  id!: number;

  @Index('passkeys_user')
  @Column({ name: 'user_id' })
  userId!: number;

  /** SHA-256 of its id, which may be longer than an index holds. */
  @Index('passkeys_credential', { unique: true })
  @Column({ name: 'credential_hash', length: 64 })
  credentialHash!: string;

  /** In base64url, as its public key. */
  @Column('text', { name: 'credential_id' })
  credentialId!: string;

  @Column('text', { name: 'public_key' })
  publicKey!: string;

  /** How often it was used, as it counts itself; 0 where it does not. */
  @Column({ ...epochMilliseconds, name: 'counter' })
  counter!: number;

  /** What its owner calls it. */
  @Column({ length: 100 })
  name!: string;

  @Column({ ...epochMilliseconds, name: 'created_at' })
  createdAt!: number;

  @Column({ ...epochMilliseconds, name: 'last_used_at', nullable: true })
  lastUsedAt!: number | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_passkeys_user' })
  user!: Relation<User>;
}
