import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { epochMilliseconds } from '../database/columns';
import { User } from '../users/user.entity';

/** A code of an authenticator app, one of the codes kept for when it is lost, or a passkey. */
export type SecondFactor = 'app' | 'recovery code' | 'passkey';

/** Somebody signed in, in one browser. It stands beside the user, so whatever ends it does so in its own transaction. */
@Entity('sessions')
export class Session {
  /** SHA-256 of the id in the cookie: who reads the table can't use it. */
  @PrimaryColumn({ length: 64 })
  id!: string;

  @Index('sessions_user')
  @Column({ name: 'user_id' })
  userId!: number;

  /** JSON of what pages keep in a session. */
  @Column('text')
  data!: string;

  /** Outlives the browser, and idleness. */
  @Column({ default: false })
  remember!: boolean;

  @Column({ ...epochMilliseconds, name: 'created_at' })
  createdAt!: number;

  @Column({ ...epochMilliseconds, name: 'seen_at' })
  seenAt!: number;

  /** When they last proved in it who they are. */
  @Column({ ...epochMilliseconds, name: 'proved_at', default: 0 })
  provedAt!: number;

  @Index('sessions_expires')
  @Column({ ...epochMilliseconds, name: 'expires_at' })
  expiresAt!: number;

  @Column({ type: 'varchar', length: 45, nullable: true })
  ip!: string | null;

  @Column({ type: 'varchar', length: 255, nullable: true })
  agent!: string | null;

  /** The second factor that opened it; null: a password alone. */
  @Column({ type: 'varchar', length: 20, nullable: true })
  factor!: SecondFactor | null;

  /** As it is named among the known ones. */
  @Column({ type: 'varchar', length: 64, nullable: true })
  browser!: string | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_sessions_user' })
  user!: Relation<User>;
}
