import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { timestamp } from '../database/columns';

/** One change of who may do what: who made it, to whom, and what was before and after. Never altered. */
@Entity('audit_events')
@Index('audit_events_subject', ['subject', 'sequence'])
@Index('audit_events_actor', ['actor', 'sequence'])
@Index('audit_events_role', ['roleId', 'sequence'])
@Index('audit_events_action', ['action', 'sequence'])
export class AuditEvent {
  /** Without a gap: each event has the next number. */
  @PrimaryGeneratedColumn()
  sequence!: number;

  @Index('audit_events_at')
  @Column(timestamp)
  at!: Date;

  /** "user 12", "operator" */
  @Column({ length: 64 })
  actor!: string;

  @Column({ length: 64 })
  action!: string;

  /** "user 12", "role Crew" */
  @Column({ length: 320 })
  subject!: string;

  /** The role that was changed, given or taken, whatever its name. Chained, but of events from before there was this column. */
  @Column({ name: 'role_id', type: 'int', nullable: true })
  roleId!: number | null;

  /** JSON, like `after`: ids, names of roles and permissions, states; nothing that names a person. */
  @Column('text', { nullable: true })
  before!: string | null;

  @Column('text', { nullable: true })
  after!: string | null;

  @Column({ type: 'varchar', length: 255, nullable: true })
  reason!: string | null;

  @Column({ name: 'request_id', type: 'varchar', length: 36, nullable: true })
  requestId!: string | null;

  /** Outside the chain, so that it can be erased: JSON of the address and the name of the subject. */
  @Column('text', { nullable: true })
  personal!: string | null;

  /** Outside the chain, so that it can be erased. */
  @Column({ type: 'varchar', length: 45, nullable: true })
  ip!: string | null;

  @Column({ name: 'previous_hash', type: 'varchar', length: 64, nullable: true })
  previousHash!: string | null;

  /** Of the event and of the one before it, by a key that the database does not hold. */
  @Column({ type: 'varchar', length: 64, nullable: true })
  hash!: string | null;
}
