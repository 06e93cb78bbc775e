import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { epochMilliseconds } from '../database/columns';
import { User } from '../users/user.entity';

const maybeEpochMilliseconds = {
  type: 'bigint',
  nullable: true,
  transformer: {
    from: (value: number | string | null) => (value === null ? null : Number(value)),
    to: (value: number | null) => value,
  },
} as const;

/** A mail to be sent, or that was: what it is about. Its text and the tokens in it are made when it is sent. */
@Entity('outbox')
export class OutboxMessage {
  @PrimaryGeneratedColumn()
  id!: number;

  /** Stands in the Message-ID; the same at each attempt. */
  @Index('outbox_message', { unique: true })
  @Column({ name: 'message_id', length: 32 })
  messageId!: string;

  /** The template; of a request, what was asked for. */
  @Column({ length: 64 })
  template!: string;

  /** Whether it is first to be found out what is sent, if anything. */
  @Column({ name: 'is_request', default: false })
  isRequest!: boolean;

  /** Whose mail it is; null where they have no account. */
  @Index('outbox_user')
  @Column({ name: 'user_id', type: 'int', nullable: true })
  userId!: number | null;

  @Column({ length: 254 })
  address!: string;

  @Column({ name: 'link_kind', type: 'varchar', length: 32, nullable: true })
  linkKind!: string | null;

  @Column({ name: 'link_id', type: 'varchar', length: 32, nullable: true })
  linkId!: string | null;

  /** JSON of `MailData`. */
  @Column('text')
  data!: string;

  @Column({ ...epochMilliseconds, name: 'created_at' })
  createdAt!: number;

  /** Since when it is tried to send it: begins anew where somebody has it tried again. */
  @Column({ ...epochMilliseconds, name: 'tried_since' })
  triedSince!: number;

  @Column({ default: 0 })
  attempts!: number;

  /** When to try next, or until when a process is trying; null: sent, or undeliverable. */
  @Index('outbox_due')
  @Column({ ...maybeEpochMilliseconds, name: 'due_at' })
  dueAt!: number | null;

  /** Which attempt has it: of two that try at the same moment one comes first. */
  @Column({ type: 'varchar', length: 32, nullable: true })
  claim!: string | null;

  @Column({ ...maybeEpochMilliseconds, name: 'sent_at' })
  sentAt!: number | null;

  @Index('outbox_failed')
  @Column({ ...maybeEpochMilliseconds, name: 'failed_at' })
  failedAt!: number | null;

  /** What the mail server said last. */
  @Column({ type: 'varchar', length: 255, nullable: true })
  fault!: string | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_outbox_user' })
  user?: Relation<User> | null;
}
