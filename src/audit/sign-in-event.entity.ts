import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epochMilliseconds } from '../database/columns';

/** Sign-ins and refusals of one kind, by one person from one place within an hour: one row that counts them. */
@Entity('sign_in_events')
@Index('sign_in_events_kind', ['kind', 'lastAt'])
@Index('sign_in_events_person', ['userId', 'lastAt'])
@Index('sign_in_events_network', ['ip', 'lastAt'])
export class SignInEvent {
  /** Digest of all that they have in common. */
  @PrimaryColumn({ length: 64 })
  id!: string;

  @Column({ length: 32 })
  kind!: string;

  /** null: a visitor, or somebody who has no account. */
  @Column({ name: 'user_id', type: 'int', nullable: true })
  userId!: number | null;

  /** The address; of strangers the network, of which they have many addresses. */
  @Column({ length: 45 })
  ip!: string;

  /** What was refused: "GET /admin" */
  @Column({ type: 'varchar', length: 255, nullable: true })
  route!: string | null;

  @Column({ ...epochMilliseconds, name: 'first_at' })
  firstAt!: number;

  @Index('sign_in_events_last')
  @Column({ ...epochMilliseconds, name: 'last_at' })
  lastAt!: number;

  @Column()
  count!: number;
}
