import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { timestamp } from '../database/columns';

/** One change of who may do what: who made it, to whom, and what was before and after. Never altered. */
@Entity('audit_events')
export class AuditEvent {
  @PrimaryGeneratedColumn()
  sequence!: number;

  @Column(timestamp)
  at!: Date;

  @Column({ length: 64 })
  actor!: string;

  @Column({ length: 64 })
  action!: string;

  @Column({ length: 320 })
  subject!: string;

  @Column('text', { nullable: true })
  before!: string | null;

  @Column('text', { nullable: true })
  after!: string | null;

  @Column({ type: 'varchar', length: 255, nullable: true })
  reason!: string | null;

  @Column({ type: 'varchar', length: 45, nullable: true })
  ip!: string | null;

  @Column({ name: 'request_id', type: 'varchar', length: 36, nullable: true })
  requestId!: string | null;
}
