import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { epochMilliseconds } from '../database/columns';
import { User } from '../users/user.entity';
import type { DoneBy } from './told';

/** Something happened to somebody's account, and they are told. */
@Entity('account_notices')
@Index('account_notices_user', ['userId', 'id'])
export class AccountNotice {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ name: 'user_id' })
  userId!: number;

  @Column({ length: 64 })
  event!: string;

  @Column({ name: 'done_by', type: 'varchar', length: 8 })
  by!: DoneBy;

  /** JSON of what the event says was before and is after. */
  @Column('text')
  details!: string;

  /** "Firefox on Windows"; null where somebody else did it. */
  @Column({ type: 'varchar', length: 100, nullable: true })
  browser!: string | null;

  /** Where it was done from; null where somebody else did it. */
  @Column({ type: 'varchar', length: 45, nullable: true })
  ip!: string | null;

  @Index('account_notices_at')
  @Column(epochMilliseconds)
  at!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_account_notices_user' })
  user?: Relation<User>;
}
