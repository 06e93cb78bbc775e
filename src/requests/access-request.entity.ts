import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { timestamp } from '../database/columns';
import { User } from '../users/user.entity';

export const requestStates = ['open', 'approved', 'declined', 'withdrawn'] as const;
export type RequestState = (typeof requestStates)[number];

/** Somebody asks for what a route demands; who may give it approves or declines. */
@Entity('access_requests')
@Index('access_requests_open', ['userId', 'openFor'], { unique: true })
@Index('access_requests_user', ['userId', 'id'])
@Index('access_requests_state', ['state', 'id'])
export class AccessRequest {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ name: 'user_id' })
  userId!: number;

  /** Like `GET /admin`. */
  @Column({ length: 255 })
  route!: string;

  /** The rule in words, as it was when they asked. */
  @Column('text')
  rule!: string;

  @Column({ length: 255 })
  reason!: string;

  @Column({ type: 'varchar', length: 16 })
  state!: RequestState;

  /** The hash of the rule while the request is open: of one person and rule there is one. */
  @Column({ name: 'open_for', type: 'varchar', length: 64, nullable: true })
  openFor!: string | null;

  @Column({ ...timestamp, name: 'created_at' })
  createdAt!: Date;

  @Column({ ...timestamp, name: 'decided_at', nullable: true })
  decidedAt!: Date | null;

  @Column({ name: 'decided_by', type: 'int', nullable: true })
  decidedBy!: number | null;

  /** A word to who asked. */
  @Column({ type: 'varchar', length: 255, nullable: true })
  answer!: string | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_access_requests_user' })
  user!: Relation<User>;
}
