import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { epochMilliseconds } from '../database/columns';
import { User } from '../users/user.entity';

/** An address is to be proven, once, by a link that is mailed to it: of a registration that waits, or of an account. */
@Entity('email_confirmations')
export class EmailConfirmation {
  /** 16 random bytes in hexadecimal. */
  @PrimaryColumn({ length: 32 })
  id!: string;

  /** Whose address it is; null for a registration, which is no account yet. */
  @Index('email_confirmations_user')
  @Column({ name: 'user_id', type: 'int', nullable: true })
  userId!: number | null;

  @Column({ length: 254 })
  email!: string;

  /** Registrations of one mailbox wait beside each other. */
  @Index('email_confirmations_key')
  @Column({ name: 'email_key', length: 254 })
  emailKey!: string;

  @Column({ length: 100, default: '' })
  name!: string;

  /** Of a registration: who confirms it must know the password. */
  @Column({ name: 'password_hash', length: 255, default: '' })
  passwordHash!: string;

  @Column({ ...epochMilliseconds, name: 'created_at' })
  createdAt!: number;

  @Index('email_confirmations_expires')
  @Column({ ...epochMilliseconds, name: 'expires_at' })
  expiresAt!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_email_confirmations_user' })
  user?: Relation<User> | null;
}
